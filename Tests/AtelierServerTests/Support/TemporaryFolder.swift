import Foundation

/// A folder that is removed with its owner.
final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appending(
    path: UUID().uuidString, directoryHint: .isDirectory)

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}
