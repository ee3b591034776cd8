/** What a person can do about a folder that cannot be used, by the reason. Pure. */

/** The disk has no room: what cannot be written now can be when there is some. */
export function isFull(reason: string): boolean {
  return /no space left|ENOSPC|quota exceeded|EDQUOT/i.test(reason);
}

/** True when the reason is who may write where, and nothing is wrong with what is there. */
function isForbidden(reason: string): boolean {
  return /permission denied|EACCES|not permitted|EPERM|read-only file system|EROFS/i.test(reason);
}

/** What to do, after a colon; `variable` says where the folder is. */
export function folderRemedy(reason: string, variable: string): string {
  if (isFull(reason)) return `make room there, or set ${variable} to a folder on another disk`;
  if (isForbidden(reason)) {
    return `let this user write there, or set ${variable} to a folder that it may write`;
  }
  if (/not a directory|ENOTDIR|file exists|EEXIST/i.test(reason)) {
    return `a file is in the way: move it, or set ${variable} to another folder`;
  }
  if (/no locks available|ENOLCK|not supported|ENOTSUP/i.test(reason)) {
    return `that file system has no locks: set ${variable} to a folder on a local disk`;
  }
  return `set ${variable} to a folder that this user may write`;
}

/** What to do with a database whose files are there and wrong. */
export function damageRemedy(folder: string): string {
  return `restore ${folder} from a copy, or move it away and the next start makes a new one`;
}
