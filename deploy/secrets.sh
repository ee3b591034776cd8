#!/bin/sh
# Makes the secrets that docker-compose.yml names, in deploy/secrets, each once: what is there stays as it is.
# Users in the containers are others than you: the files may be read by all, and the folder that they lie in is
# closed to everyone but you.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 700 secrets

# keep NAME TEXT: the file holds the text, whole or not at all.
keep() {
  printf '%s\n' "$2" > "secrets/.$1"
  chmod 444 "secrets/.$1"
  mv "secrets/.$1" "secrets/$1"
  echo "made deploy/secrets/$1"
}

# 32 bytes of chance, as 64 digits; fewer would be no secret.
random() {
  digits=$(od -An -v -N 32 -t x1 /dev/urandom | tr -d ' \n')
  [ "${#digits}" -eq 64 ] || { echo "/dev/urandom gives nothing here" >&2; exit 1; }
  printf '%s' "$digits"
}

if [ ! -s secrets/postgres_password ] && [ -s secrets/database_url ]; then
  echo "deploy/secrets/postgres_password is not there, and database_url is: put it back, or move both away" >&2
  exit 1
fi
for name in auth_token postgres_password; do
  [ -s "secrets/$name" ] || { secret=$(random) && keep "$name" "$secret"; }
done
[ -s secrets/database_url ] ||
  keep database_url "postgres://monitor:$(cat secrets/postgres_password)@postgres:5432/monitor"
echo "log in with the token in deploy/secrets/auth_token"
