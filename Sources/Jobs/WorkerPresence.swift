import Foundation
import Glibc
import Records

/// Shows the other workers of the machine that this one lives, for as long as somebody holds it. So a
/// process that was killed is missed at once, and not only when its claims run out.
///
/// It is a folder with a lock, beside those of the jobs. Where the folders are on another machine's
/// disk, or not shared at all, the claims' running out is all there is.
final class WorkerPresence: Sendable {
  /// The worker's name.
  let name: String

  private let folder: URL
  private let lock: FolderLock

  /// Makes a name, and a folder of that name.
  ///
  /// - Throws: What the file system says.
  init(in folders: JobFolders) throws {
    name = "\(ProcessInfo.processInfo.hostName)-\(getpid())-\(RecordID.make().suffix(12))"
    folder = Self.folder(of: name, in: folders)
    // Nobody sees the folder under its name before it is locked.
    let draft = folder.deletingLastPathComponent().appending(path: "." + name)
    try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: true)
    guard let lock = FolderLock(draft) else { throw CocoaError(.fileWriteNoPermission) }
    self.lock = lock
    try FileManager.default.moveItem(at: draft, to: folder)
  }

  deinit {
    rmdir(folder.path)
  }

  /// Those of some workers that are known to be dead.
  static func dead(among workers: Set<String>, in folders: JobFolders) -> Set<String> {
    workers.filter { FolderLock(folder(of: $0, in: folders)) != nil }
  }

  /// Forgets dead workers that have no jobs any more.
  static func removeDead(except busy: Set<String>, in folders: JobFolders) {
    let directory = folders.workers
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    for name in Set(names).subtracting(busy) where !name.hasPrefix(".") {
      let folder = folder(of: name, in: folders)
      if FolderLock(folder) != nil { rmdir(folder.path) }
    }
  }

  private static func folder(of name: String, in folders: JobFolders) -> URL {
    folders.workers.appending(path: name, directoryHint: .isDirectory)
  }
}
