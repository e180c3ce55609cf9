import AtelierServer
import Classification
import Dataset
import Foundation
import ModelStore
import Records
import Retraining
import Training

/// The data of a command: the standard set, a user's, or the stored predictions.
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

  /// Reads the stored predictions that somebody labelled.
  ///
  /// - Throws: `RecordsError` when there is no database, `DatasetError` when nothing can be learned from
  ///   its labels.
  static func readLabels(
    mix: TrainingData.Mix? = nil, strict: Bool = false
  ) async throws -> TrainingData {
    try TrainingData(
      await labelledPredictions(), name: "labelled predictions", mix: mix, standard: standard(),
      strict: strict)
  }

  /// The stored predictions that somebody labelled, of the server's database.
  ///
  /// - Throws: `RecordsError` when there is no database, `DatasetError` when it has no labels.
  static func labelledPredictions() async throws -> UserDataset {
    let store = try RecordsHost(try await Settings(flags: [:], file: nil)).store()
    do {
      let dataset = try await UserDataset.labelledPredictions(of: store)
      try await store.close()
      return dataset
    } catch {
      try? await store.close()
      throw error
    }
  }

  /// Reads a user's data set.
  ///
  /// - Throws: `DatasetError`.
  static func userDataset(_ path: String) throws(DatasetError) -> UserDataset {
    try UserDatasetReader().read(URL(filePath: path))
  }

  /// A user's data set without what misleads, as training on it would have it.
  ///
  /// - Throws: `DatasetError` when the standard set is damaged.
  static func curated(_ dataset: UserDataset) throws(DatasetError) -> CuratedDataset {
    try CuratedDataset(dataset, standard: standard())
  }

  /// The standard set; `nil` when it is not installed.
  ///
  /// - Throws: `DatasetError` when it is damaged.
  static func standard() throws(DatasetError) -> FashionMNIST? {
    guard isStandard(FashionMNIST.standardDirectory.path) else { return nil }
    return try FashionMNIST()
  }
}
