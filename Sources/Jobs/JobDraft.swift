public import Foundation
import Synchronization

/// The folder of a job that is not asked for yet, to be filled with what it works on. Unless the job is
/// submitted, the folder goes with the draft's last owner, or after the death of the process.
public final class JobDraft: Sendable {
  /// The identity that the job will have.
  public let id: String
  /// The job's folder.
  public let folder: URL
  /// The part of the folder that goes when the job ends.
  public var input: URL { JobFolders.input(of: folder) }

  private let isSubmitted = Mutex(false)
  private let lock: FolderLock?

  init(id: String, folder: URL) throws {
    self.id = id
    self.folder = folder
    try FileManager.default.createDirectory(
      at: JobFolders.input(of: folder), withIntermediateDirectories: true)
    // Those who look for what was left behind hold it only for a moment.
    lock = FolderLock(folder, waits: true)
  }

  deinit {
    if !isSubmitted.withLock(\.self) { try? FileManager.default.removeItem(at: folder) }
  }

  func submit() { isSubmitted.withLock { $0 = true } }
}
