import Classification
import Foundation
import ModelStore
import Networks
import Testing

@Suite struct ModelStoreTests {
  @Test func aVersionComesBackAsWritten() throws {
    try withStore { store in
      let written = try makeVersion("v1", created: 100, in: store)
      #expect(try store.version(named: "v1") == written)
      #expect(try store.versions() == [written])
      let path = try written.verifiedPath(of: .onnx)
      #expect(FileManager.default.contents(atPath: path) == Data("graph".utf8))
      #expect(throws: ModelStoreError.formMissing(version: "v1", file: "model.pt")) {
        try written.verifiedPath(of: .torchscript)
      }
    }
  }

  @Test func theNewestIsServedUntilOneIsPromoted() throws {
    try withStore { store in
      try makeVersion("a", created: 200, in: store)
      try makeVersion("b", created: 100, in: store)
      #expect(try store.current().name == "a")
      try store.promote("b")
      #expect(try store.current().name == "b")
      #expect(throws: ModelStoreError.versionNotFound(name: "c", available: ["a", "b"])) {
        try store.promote("c")
      }
      #expect(try store.current().name == "b")
    }
  }

  @Test func shippedVersionsAreServedUntilTheUserPromotesAnother() throws {
    try withStore { shipped in
      try makeVersion("old", created: 1, in: shipped)
      try makeVersion("new", created: 2, in: shipped)
      try shipped.promote("old")
      try withStore { own in
        let store = ModelStore(
          directory: own.directory.appending(path: "not-yet-there"), shipped: shipped.directory)
        #expect(try store.current().name == "old")
        #expect(try store.versions().map(\.name) == ["new", "old"])
        try makeVersion("old", created: 3, in: store)
        #expect(try store.version(named: "old").manifest.created.timeIntervalSince1970 == 3)
        try store.promote("new")
        #expect(try store.current().name == "new")
        #expect(try shipped.current().name == "old")
      }
    }
  }

  @Test func aStoreMayBeALink() throws {
    try withStore { store in
      try makeVersion("v1", created: 100, in: store)
      let link = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: store.directory)
      defer { try? FileManager.default.removeItem(at: link) }
      let linked = ModelStore(directory: link)
      #expect(linked.hasVersions)
      let version = try linked.version(named: "v1")
      #expect(version.directory.path == link.path + "/v1")
      #expect(!linked.isShipped(version))
      try linked.promote("v1")
      #expect(store.promoted == ["v1"])
    }
  }

  @Test func aStoreSaysWhetherItHasVersions() throws {
    #expect(!ModelStore(directory: URL(filePath: "/nonexistent")).hasVersions)
    try withStore { store in
      #expect(!store.hasVersions)
      let folder = store.directory.appending(path: "damaged")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data("{".utf8).write(to: folder.appending(path: "manifest.json"))
      #expect(!store.hasVersions)
      try makeVersion("v", created: 0, in: store)
      #expect(store.hasVersions)
    }
  }

  @Test func changedFilesAreNoticed() throws {
    try withStore { store in
      let version = try makeVersion("v", created: 0, in: store)
      try Data("grapf".utf8).write(to: version.directory.appending(path: "model.onnx"))
      #expect(throws: ModelStoreError.checksumMismatch(version: "v", file: "model.onnx")) {
        try version.verifiedPath(of: .onnx)
      }
    }
  }

  @Test(arguments: [
    "", "{", "[]", #"{"format": 1}"#, #"{"format": 1, "architecture": "transformer"}"#,
  ])
  func damagedManifestsAreRefused(content: String) throws {
    try withStore { store in
      let version = try makeVersion("v", created: 0, in: store)
      try Data(content.utf8).write(to: version.directory.appending(path: "manifest.json"))
      let error = #expect(throws: ModelStoreError.self) { try store.version(named: "v") }
      #expect(error?.description.hasPrefix("the manifest of model version v is damaged") == true)
      #expect(throws: ModelStoreError.empty(path: store.directory.path)) { try store.current() }
    }
  }

  @Test func whatWasMeasuredComesBackAndWhatWasNotIsNil() throws {
    try withStore { store in
      let old = try makeVersion("old", created: 0, in: store).manifest
      #expect(old.metrics["test"]?.confusion == nil)
      #expect(old.metrics["test"]?.reliability == nil)
      #expect(old.robustness == nil)
      #expect(old.outliers == nil)
      #expect(old.falseAlarms == nil)
      #expect(old.seeds == nil)
      #expect(old.flippedTestAccuracy == nil)
      var manifest = old
      manifest.files = [:]
      manifest.labels = LabelSet(["a", "b"])
      manifest.metrics["test"]?.confusion = [[4, 1], [2, 3]]
      manifest.metrics["test"]?.reliability = [
        ReliabilityBin(count: 2, confidence: 0.25, accuracy: 0.5),
        ReliabilityBin(count: 8, confidence: 0.75, accuracy: 0.875),
      ]
      manifest.robustness = .init(
        samples: 5, seed: .max, cleanAccuracy: 0.5,
        rows: [
          .init(
            corruption: "noise", isOnLightGround: true, photoAccuracy: 0.25, classicAccuracy: 0.125)
        ])
      manifest.outliers = [.init(name: "text", samples: 6, areaUnderROC: 0.75, flagged: 0.5)]
      manifest.falseAlarms = 0.0625
      manifest.seeds = [.init(seed: 3, validationAccuracy: 0.5, testAccuracy: 0.25)]
      manifest.flippedTestAccuracy = 0.375
      let directory = store.directory.appending(path: "new")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      #expect(
        try ModelVersion.finish(directory: directory, manifest: manifest).manifest == manifest)
    }
  }

  @Test func aManifestIsUpdatedOnlyOverTheFilesItLists() throws {
    try withStore { store in
      let version = try makeVersion("v", created: 0, in: store)
      let updated = try version.updatingManifest { $0.falseAlarms = 0.5 }
      #expect(updated.manifest.falseAlarms == 0.5)
      #expect(updated.manifest.files == version.manifest.files)
      #expect(try store.version(named: "v") == updated)
      let name = try #require(version.manifest.files.keys.first)
      try Data("altered".utf8).write(to: version.directory.appending(path: name))
      #expect(throws: ModelStoreError.checksumMismatch(version: "v", file: name)) {
        try updated.updatingManifest { $0.falseAlarms = 0 }
      }
    }
  }

  @Test(arguments: [
    [[1, 2], [3]], [[1], [2]], [[1, 2, 3], [4, 5, 6]], [], [[-1, 0], [0, 0]], [[11, 0], [0, 0]],
    [[.max, .max], [.max, .max]],
  ])
  func countsThatCannotBeAreRefused(confusion: [[Int]]) throws {
    try withStore { store in
      var manifest = try makeVersion("v", created: 0, in: store).manifest
      manifest.labels = LabelSet(["a", "b"])
      manifest.metrics["test"]?.confusion = confusion
      let directory = store.directory.appending(path: "v")
      let error = #expect(throws: ModelStoreError.self) {
        try ModelVersion.finish(directory: directory, manifest: manifest)
      }
      #expect(error?.description.contains("its test split's confusion matrix") == true)
    }
  }

  @Test(arguments: [[-1], [6, 5], [.max, .max]])
  func binsThatCannotBeAreRefused(counts: [Int]) throws {
    try withStore { store in
      var manifest = try makeVersion("v", created: 0, in: store).manifest
      manifest.metrics["test"]?.reliability = counts.map {
        ReliabilityBin(count: $0, confidence: 0.5, accuracy: 0.5)
      }
      let error = #expect(throws: ModelStoreError.self) {
        try ModelVersion.finish(
          directory: store.directory.appending(path: "v"), manifest: manifest)
      }
      #expect(error?.description.contains("its test split's bins of confidence") == true)
    }
  }

  @Test func theErrorOfBinsIsTheWeightedGap() {
    let bins = [
      ReliabilityBin(count: 1, confidence: 0.25, accuracy: 0.75),
      ReliabilityBin(count: 0, confidence: 0, accuracy: 0),
      ReliabilityBin(count: 3, confidence: 0.875, accuracy: 0.75),
    ]
    #expect(bins.expectedCalibrationError == 0.21875)
    #expect([ReliabilityBin]().expectedCalibrationError == 0)
  }

  @Test func laterFormatsAndMissingStoresAreRefused() throws {
    try withStore { store in
      let version = try makeVersion("v", created: 0, in: store)
      let file = version.directory.appending(path: "manifest.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try Data(text.replacing("\"format\" : 1", with: "\"format\" : 2").utf8).write(to: file)
      #expect(throws: ModelStoreError.formatTooNew(version: "v", format: 2)) {
        try store.version(named: "v")
      }
    }
    #expect(throws: ModelStoreError.storeMissing(path: "/nonexistent")) {
      try ModelStore(directory: URL(filePath: "/nonexistent")).versions()
    }
  }

  @discardableResult
  func makeVersion(
    _ name: String, created: TimeInterval, in store: ModelStore
  ) throws -> ModelVersion {
    let directory = store.directory.appending(path: name)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    try Data("graph".utf8).write(to: directory.appending(path: "model.onnx"))
    return try ModelVersion.finish(
      directory: directory,
      manifest: Manifest(
        architecture: .fashionCNN, labels: .fashionMNIST,
        created: Date(timeIntervalSince1970: created),
        training: .object(["epochs": .integer(3), "rate": .number(0.5), "flip": .boolean(true)]),
        dataset: .init(name: "d", trainingCount: 1, validationCount: 2, sha256: "00"),
        metrics: ["test": .init(samples: 10, accuracy: 0.9, loss: 0.3, ece: 0.01)],
        calibration: Calibration(temperature: 1.5, uncertaintyThreshold: 0.4)))
  }

  func withStore(_ body: (ModelStore) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(ModelStore(directory: directory))
  }
}
