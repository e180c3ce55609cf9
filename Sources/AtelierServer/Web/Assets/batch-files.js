// What people drop or choose, sorted into requests: some pictures, or one archive.

const picturesPerRequest = 100;
const bytesPerRequest = 16 << 20;
const parallelReads = 8;
const pictureNames = /\.(png|jpe?g|webp)$/i;
const archiveNames = /\.(zip|rar|7z|tar|tgz|tbz2?|txz|gz|bz2|xz|zst)$/i;

/** The path of a file in the folder it was chosen with, or its name. */
export const pathOf = (file) => file.path ?? (file.webkitRelativePath || file.name);

/** Leaves out what nobody means who names a folder: notes, lists, hidden files. */
export function picturesOfFolder(files) {
  const wanted = files.filter((file) => !file.name.startsWith(".")
    && (file.type.startsWith("image/") || pictureNames.test(file.name) || archiveNames.test(file.name)));
  return { files: wanted, leftOut: files.length - wanted.length };
}

/** The files that were dropped, also those in folders, in the order of their names. */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) return { files: [...transfer.files], leftOut: 0 };
  const files = [];
  const inFolders = [];
  for (const entry of entries) {
    if (entry.isDirectory) await walk(entry, inFolders);
    else files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
  }
  const sorted = picturesOfFolder(inFolders);
  return { files: [...files, ...sorted.files], leftOut: sorted.leftOut };
}

async function walk(folder, found) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    // A reader hands out some entries at a time.
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    entries.push(...some);
  }
  for (const entry of entries.sort((one, other) => one.name.localeCompare(other.name))) {
    if (entry.isDirectory) {
      await walk(entry, found);
    } else {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      file.path = entry.fullPath.slice(1);
      found.push(file);
    }
  }
}

const signatures = [
  [0, "PK\x03\x04"], [0, "PK\x05\x06"], [0, "Rar!\x1A"], [0, "7z\xBC\xAF"], [0, "\x1F\x8B"], [0, "BZh"],
  [0, "\xFD7zXZ"], [0, "\x28\xB5\x2F\xFD"], [257, "ustar"],
];

/** Whether a file is an archive, by how it begins; `null` when it cannot be read. */
async function isArchive(file) {
  try {
    const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 264).arrayBuffer()));
    return signatures.some(([place, text]) => head.startsWith(text, place));
  } catch {
    return null;
  }
}

/**
 * The requests that send files: `{ parts: [{ files, isArchive, bytes }], refused: [{ file, code }] }`.
 * Files that are too large or cannot be read are refused at once.
 */
export async function requestsOf(files, { pictureLimit, uploadLimit }) {
  const parts = [];
  const refused = [];
  let open = null;
  for (let start = 0; start < files.length; start += parallelReads) {
    const some = files.slice(start, start + parallelReads);
    const kinds = await Promise.all(some.map(isArchive));
    some.forEach((file, index) => {
      if (kinds[index] === null) return refused.push({ file, code: "unreadable_file" });
      if (file.size > (kinds[index] ? uploadLimit : pictureLimit)) return refused.push({ file, code: "file_too_large" });
      if (kinds[index]) return parts.push({ files: [file], isArchive: true, bytes: file.size });
      if (!open || open.files.length >= picturesPerRequest || open.bytes + file.size > bytesPerRequest) {
        open = { files: [], isArchive: false, bytes: 0 };
        parts.push(open);
      }
      open.files.push(file);
      open.bytes += file.size;
    });
  }
  return { parts, refused };
}
