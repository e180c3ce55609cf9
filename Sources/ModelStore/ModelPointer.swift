import Files
import Foundation

/// What the file `current` of a store says: the version that is served, and those that were before it.
///
/// One file, replaced in one step, so that a process that is killed leaves both or neither changed. Its
/// first line is the version that is served; the others are the earlier ones, the latest first.
struct ModelPointer: Hashable {
  static let fileName = "current"
  /// Earlier versions that are remembered.
  private static let historyLimit = 20

  /// The version that is served.
  private(set) var current: String
  /// The versions that were served before, the latest first.
  private(set) var earlier: [String]

  /// The pointer of a folder; `nil` when nothing was promoted there.
  init?(in folder: URL) {
    let file = folder.appending(path: Self.fileName)
    guard let content = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let names = content.split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    current = names.first ?? ""
    earlier = Array(names.dropFirst())
  }

  /// A pointer to the first version that is promoted in a folder.
  init(current: String, earlier: [String] = []) {
    self.current = current
    self.earlier = earlier
  }

  /// Serves a version, and remembers the one that was.
  mutating func promote(_ name: String) {
    guard name != current else { return }
    earlier = Array(([current] + earlier).prefix(Self.historyLimit))
    current = name
  }

  /// Serves an earlier version again; what was served since is forgotten.
  mutating func rollBack(to name: String) {
    guard let index = earlier.firstIndex(of: name) else { return }
    current = name
    earlier = Array(earlier[(index + 1)...])
  }

  /// Writes the pointer of a folder, whole or not at all.
  func write(to folder: URL) throws(FileError) {
    let text = ([current] + earlier).map { $0 + "\n" }.joined()
    try FileContents.write(
      Array(text.utf8), to: folder.appending(path: Self.fileName).path)
  }
}
