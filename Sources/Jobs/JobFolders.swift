public import Foundation
import Records

/// The folders of jobs: one a job, named by its identity.
public struct JobFolders: Sendable {
  /// The folder that holds them: `ATELIER_HOME/jobs`.
  public let directory: URL

  /// Finds the folders in a directory, which is created when it is needed.
  public init(directory: URL) {
    self.directory = directory
  }

  /// The folder of a job.
  public func folder(ofJob id: String) -> URL {
    directory.appending(path: id, directoryHint: .isDirectory)
  }

  /// The folder in which workers show that they live.
  var workers: URL { directory.appending(path: ".workers", directoryHint: .isDirectory) }

  static func input(of folder: URL) -> URL {
    folder.appending(path: "input", directoryHint: .isDirectory)
  }

  /// Removes what a job worked on, when it is over.
  func removeInput(ofJob id: String) {
    try? FileManager.default.removeItem(at: Self.input(of: folder(ofJob: id)))
  }

  /// Removes the folder of a job.
  func remove(_ id: String) {
    try? FileManager.default.removeItem(at: folder(ofJob: id))
  }

  /// The jobs that have folders.
  var identities: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
    return (names ?? []).filter(RecordID.isWellFormed)
  }
}
