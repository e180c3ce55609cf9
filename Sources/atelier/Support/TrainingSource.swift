import Classification
import Dataset
import Foundation
import ModelStore
import Training

/// The data of a command: the standard set, or a user's.
enum TrainingSource {
  /// Whether a path leads to the standard set, or another in its form: the four IDX files, without
  /// names of other classes.
  static func isStandard(_ path: String) -> Bool {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    let exists = { (name: String) in
      FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }
    return !exists("labels.txt")
      && ["", ".gz"].contains { exists("t10k-images-idx3-ubyte\($0)") }
  }

  /// Whether nothing lies at a path, so that errors should speak of the standard set.
  private static func isEmpty(_ path: String) -> Bool {
    let content = try? FileManager.default.contentsOfDirectory(atPath: path)
    return content?.isEmpty ?? false
  }

  /// Reads what lies at a path.
  ///
  /// - Throws: `DatasetError`.
  static func read(
    _ path: String, mix: TrainingData.Mix? = nil, strict: Bool = false
  ) throws(DatasetError) -> TrainingData {
    if isStandard(path) || isEmpty(path) {
      let folder = URL(filePath: path, directoryHint: .isDirectory)
      return try TrainingData(standard: FashionMNIST(directory: folder))
    }
    return try TrainingData(
      userDataset(path), name: URL(filePath: path).lastPathComponent, mix: mix,
      standard: standard(), strict: strict)
  }

  /// Reads a user's data set.
  ///
  /// - Throws: `DatasetError`.
  static func userDataset(_ path: String) throws(DatasetError) -> UserDataset {
    try UserDatasetReader().read(URL(filePath: path))
  }

  /// The standard set; `nil` when it is not installed.
  ///
  /// - Throws: `DatasetError` when it is damaged.
  static func standard() throws(DatasetError) -> FashionMNIST? {
    guard isStandard(FashionMNIST.standardDirectory.path) else { return nil }
    return try FashionMNIST()
  }
}
