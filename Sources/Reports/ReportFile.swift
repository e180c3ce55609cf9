import Files
public import Foundation

/// A file of a report.
public struct ReportFile: Sendable, Hashable {
  /// Its path, relative to the report's folder.
  public let path: String
  /// What it contains.
  public let content: String

  /// Creates a file.
  public init(path: String, content: String) {
    self.path = path
    self.content = content
  }
}

extension [ReportFile] {
  /// Writes the files into a folder, which is made when it is missing.
  ///
  /// Each file appears whole or not at all, in place of an older one.
  ///
  /// - Throws: ``ReportError``.
  public func write(to directory: URL) throws(ReportError) {
    for file in self {
      let url = directory.appending(path: file.path)
      do {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      } catch {
        throw .unwritable(
          path: url.path, reason: "its folder cannot be made (\(error.localizedDescription))")
      }
      do throws(FileError) {
        try FileContents.write([UInt8](file.content.utf8), to: url.path)
      } catch {
        throw .unwritable(path: error.path, reason: error.reason)
      }
    }
  }
}
