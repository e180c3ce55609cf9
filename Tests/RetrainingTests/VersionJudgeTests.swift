import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import OrderedCollections
import Records
import Testing

@testable import Retraining
@testable import Training

@Suite struct VersionJudgeTests {
  static let shipped = ModelStore(
    directory: URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../models").standardizedFileURL)

  /// 500 pictures of a user's: those of the standard set, mirrored, so that no version has seen them.
  static let dataset = Result {
    let images = try FashionMNIST().training
    return try UserDataset(
      kind: .folders,
      pictures: (0..<500).map { index in
        (
          "\(index)", LabelSet.fashionMNIST.names[Int(images.labels[index])],
          images.tensor(at: index).mirrored.bytes
        )
      })
  }

  @Test func aVersionIsNotWorseThanItself() throws {
    let version = try Self.shipped.version(named: "fashion-lite-20261126")
    let data = try data(mix: .standard)
    let verdict = try VersionJudge(store: Self.shipped)
      .verdict(on: version, against: version, data: data)
    #expect(verdict.decision == .notWorse)
    #expect(verdict.comparisons.map(\.name) == ["held-out", "validation"])
    #expect(verdict.comparisons.map(\.pValue) == [1, 1])
    #expect(verdict.comparisons[1].pictures == 5_000)
  }

  @Test func anUntrainedVersionIsWorse() throws {
    try withFolder { folder in
      let served = try Self.shipped.version(named: "fashion-lite-20261126")
      let data = try data(mix: .none)
      var run = try TrainingRun(
        settings: TrainingSettings(epochs: 1, batchSize: 400, peakLearningRate: 1e-9, threads: 1),
        split: data.split, labels: data.labels, directory: folder.appending(path: "run"))
      let version = try run.run().writeVersion(of: data, to: folder.appending(path: "untrained"))
      let verdict = try VersionJudge(store: Self.shipped)
        .verdict(on: version, against: served, data: data)
      #expect(verdict.decision == .worse)
      #expect(verdict.comparisons.map(\.name) == ["held-out"])
      #expect(!verdict.allowsPromotion)
    }
  }

  @Test func trainingGoesOnFromAVersion() throws {
    try withFolder { folder in
      let data = try data(mix: .none)
      for name in ["fashion-cnn-20261126", "fashion-lite-20261126", "fashion-resnet-20261126"] {
        guard let version = try? Self.shipped.version(named: name) else { continue }
        let start = try StartingPoint(version)
        var settings = TrainingSettings.continuedRecipe(from: start, labels: data.labels)
        (settings.epochs, settings.threads) = (1, 1)
        // So slow that the parameters stay as they are, as does what they know.
        settings.peakLearningRate = 1e-12
        var run = try TrainingRun(
          settings: settings, split: data.split, labels: data.labels, start: start,
          directory: folder.appending(path: name))
        let model = try run.run()
        #expect(model.base == name)
        #expect(try #require(model.history.last).validationAccuracy > 0.7)
        // Only what tells classes apart is learned anew for others.
        let other = start.parameters(
          for: start.architecture.network(classCount: 3), labels: LabelSet(["a", "b", "c"]))
        #expect(other.tensors.count == start.parameters.tensors.count - 2)
      }
    }
  }

  @Test func nothingThatIsJudgedByIsLearnedFrom() throws {
    let data = try data(mix: .standard)
    let heldOut = try #require(data.heldOut)
    #expect(heldOut.count > 50)
    let learned = PictureSet(data.split.training)
    let validated = PictureSet(data.split.validation)
    #expect((0..<heldOut.count).allSatisfy { !learned.contains(heldOut.image(at: $0)) })
    #expect((0..<heldOut.count).allSatisfy { !validated.contains(heldOut.image(at: $0)) })
    #expect(data.test?.count == 10_000)
    #expect(data.description.mix == "standard")
    #expect(data.split.training.count > 55_000)
    #expect(throws: DatasetError.self) {
      let other = try UserDataset(
        kind: .folders, pictures: [("1", "Hat", Array(heldOut.image(at: 0)))])
      _ = try TrainingData(other, name: "x", mix: .standard, standard: FashionMNIST())
    }
  }

  @Test func labelledPredictionsAreADataSet() async throws {
    try await withFolder { folder in
      let store = try SQLitePredictionStore(file: folder.appending(path: "a.db"))
      await #expect(throws: DatasetError.noLabels(withoutPicture: 0)) {
        try await UserDataset.labelledPredictions(of: store)
      }
      for (index, label) in ["Bag", nil, "Coat", "Bag"].enumerated() {
        let record = PredictionRecord(
          id: RecordID.make(), createdAt: Date(), requestID: "", filename: "", modelUsed: "ONNX",
          modelVersion: "v", predictedClass: "Bag", confidence: 1, inferenceTimeMilliseconds: 1,
          topK: [], isUncertain: false, preprocess: "auto", clientKeyID: "", imageSHA256: "",
          trueLabel: label)
        try await store.insert(
          record, picture: index == 3 ? nil : [UInt8](repeating: UInt8(index), count: 784))
      }
      let dataset = try await UserDataset.labelledPredictions(of: store)
      #expect(dataset.kind == .predictions)
      #expect(dataset.labels.names == ["Coat", "Bag"])
      #expect(dataset.images.count == 2)
      #expect(dataset.unreadable.map(\.reason) == ["its picture was not kept"])
      try await store.close()
    }
  }

  private func data(mix: TrainingData.Mix) throws -> TrainingData {
    try TrainingData(Self.dataset.get(), name: "user", mix: mix, standard: FashionMNIST())
  }

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
