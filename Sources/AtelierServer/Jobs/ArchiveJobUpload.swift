import Files
import Foundation

/// The upload of a job, in the job's folder.
enum ArchiveJobUpload {
  private static let indexLimit = 16 << 20

  /// Where the bytes of an upload go.
  static func spool(in input: URL) throws(TemporaryFile.Failure) -> TemporaryFile {
    try TemporaryFile(creating: content(input))
  }

  /// Makes an upload survive a loss of power.
  static func save(_ upload: BatchUpload, in input: URL) async throws {
    try await upload.spool.synchronize()
    try FileContents.write(JSONDocument.encode(upload.files), to: index(input).path)
    // The job's folder is new too, and maybe the folder of all jobs.
    var folder = input
    for _ in 0..<3 {
      folder.deleteLastPathComponent()
      try FileContents.synchronize(folder: folder.path)
    }
  }

  /// Takes up an upload that was saved.
  static func open(in input: URL) throws -> BatchUpload {
    let index = try FileContents.read(from: index(input).path, limit: indexLimit)
    return BatchUpload(
      spool: try TemporaryFile(content(input)),
      files: try JSONDocument.decode([BatchUpload.File].self, from: Data(index)))
  }

  private static func content(_ input: URL) -> URL { input.appending(path: "upload") }
  private static func index(_ input: URL) -> URL { input.appending(path: "files.json") }
}
