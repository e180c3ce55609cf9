import Foundation
import Networks
import OracleSupport
import OrderedCollections

/// The files that PyTorch saves for these tests, and what they hold.
struct SavedFiles: Sendable {
  /// A tensor as the oracle prints it, exactly.
  struct Tensor: Codable {
    let name: String
    let shape: [Int]
    let bits: [UInt32]
  }

  let expected: [String: [Tensor]]

  /// Made once for the whole test run, since starting PyTorch takes seconds, and gone with it.
  static let shared = Task {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: SavedFiles.folder) }
    let output = try await Oracle.run(script: "save.py", arguments: [folder.path])
    return SavedFiles(
      expected: try JSONDecoder().decode([String: [Tensor]].self, from: Data(output.utf8)))
  }

  static let folder = FileManager.default.temporaryDirectory.appending(
    path: "state-dicts-\(UUID())")

  func path(_ name: String) -> String { Self.folder.appending(path: name + ".pth").path }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path(name))))
  }
}

/// Tensors in comparable form: NaN equals NaN, and -0 is not 0.
func exact(_ stateDict: StateDict) -> [String] {
  stateDict.tensors.map { "\($0.key) \($0.value.shape) \($0.value.values.map(\.bitPattern))" }
}

func exact(_ tensors: [SavedFiles.Tensor]) -> [String] {
  tensors.map { "\($0.name) \($0.shape) \($0.bits)" }
}
