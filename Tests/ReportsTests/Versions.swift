import Classification
import Foundation
import ModelStore
import Networks
import Training

/// Model versions that tests describe.
enum Versions {
  /// The manifest of a version as programs wrote it before there were pictures and photographs.
  static let old = """
    {
      "architecture" : "fashion-cnn",
      "calibration" : { "temperature" : 0.75, "uncertaintyThreshold" : 0.5 },
      "created" : "2026-11-24T09:16:42Z",
      "dataset" : {
        "name" : "Fashion-MNIST", "sha256" : "16d8", "trainingCount" : 55000,
        "validationCount" : 5000
      },
      "files" : { "model.onnx" : { "bytes" : 828896, "sha256" : "7294" } },
      "format" : 1,
      "labels" : [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
        "Ankle boot"
      ],
      "metrics" : {
        "test" : { "accuracy" : 0.9344, "ece" : 0.0113, "loss" : 0.2037, "samples" : 10000 }
      },
      "multiplyAdds" : 1218048,
      "parameters" : 206922,
      "training" : {
        "epochs" : [],
        "settings" : {
          "architecture" : "fashion-cnn",
          "augmentation" : { "erasing" : 0, "flips" : true, "shift" : 1 },
          "averageDecay" : 0.999, "batchSize" : 128, "epochs" : 40, "labelSmoothing" : 0.05,
          "optimizer" : "adamw", "peakLearningRate" : 0.003, "seed" : 1, "threads" : 2,
          "weightDecay" : 0.01
        }
      }
    }
    """

  /// A manifest that has everything.
  static func full(settings: TrainingSettings = .recipe(for: .fashionLite)) throws -> Manifest {
    Manifest(
      architecture: settings.architecture, labels: .fashionMNIST,
      created: Date(timeIntervalSince1970: 1_800_000_000),
      training: .object(["settings": try json(settings), "epochs": .array([])]),
      dataset: .init(
        name: "Fashion-MNIST", trainingCount: 55_000, validationCount: 5_000, sha256: "16d82e2b"),
      metrics: metrics,
      calibration: Calibration(temperature: 1.0625, uncertaintyThreshold: 0.71875),
      robustness: robustness,
      outliers: [
        .init(name: "digits", samples: 2_345, areaUnderROC: 0.98768, flagged: 0.8765),
        .init(name: "landscapes", samples: 3_456, areaUnderROC: 0.99876, flagged: 0.9654),
      ],
      falseAlarms: 0.0123,
      seeds: seeds,
      flippedTestAccuracy: 0.9519,
      costs: costs,
      files: [
        "model.pth": .init(bytes: 1_234_567, sha256: "a1b2c3"),
        "model.onnx": .init(bytes: 7_654_321, sha256: "d4e5f6"),
      ])
  }

  private static var metrics: [String: Manifest.Metrics] {
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
    for index in 0..<10 { confusion[index][index] = 900 }
    confusion[6][0] = 87
    confusion[2][4] = 31
    confusion[7][9] = 12
    return [
      "validation": .init(
        samples: 5_000, accuracy: 0.9512, loss: 0.14321, ece: 0.00711, coverage: 0.9033,
        selectiveAccuracy: 0.9842),
      "test": .init(
        samples: 10_000, accuracy: 0.9487, loss: 0.15678, ece: 0.00834, coverage: 0.8977,
        selectiveAccuracy: 0.98012, confusion: confusion,
        reliability: [
          ReliabilityBin(count: 1_300, confidence: 0.41, accuracy: 0.43),
          ReliabilityBin(count: 7_830, confidence: 0.91, accuracy: 0.93),
        ]),
    ]
  }

  private static var robustness: Manifest.Robustness {
    Manifest.Robustness(
      samples: 1_000, seed: 77, cleanAccuracy: 0.951,
      rows: [
        .init(
          corruption: "dark-ground", isOnLightGround: false, photoAccuracy: 0.9401,
          classicAccuracy: 0.8123),
        .init(
          corruption: "light-ground", isOnLightGround: true, photoAccuracy: 0.9302,
          classicAccuracy: 0.0611),
        .init(
          corruption: "noise", isOnLightGround: true, photoAccuracy: 0.9204,
          classicAccuracy: 0.0523),
      ])
  }

  private static var seeds: [Manifest.Seed] {
    [
      .init(seed: 1, validationAccuracy: 0.9512, testAccuracy: 0.9487),
      .init(seed: 2, validationAccuracy: 0.9532, testAccuracy: 0.9467),
      .init(seed: 3, validationAccuracy: 0.9522, testAccuracy: 0.9477),
    ]
  }

  private static var costs: [Manifest.Cost] {
    [
      .init(
        engine: "native", batchSize: 1, threads: 1, medianMilliseconds: 0.125,
        processor: "Abacus 9"),
      .init(
        engine: "onnx", batchSize: 64, threads: 2, medianMilliseconds: 16, processor: "Abacus 9"),
    ]
  }

  /// Versions with manifests, read from a store as the program does.
  static func withVersions(
    _ manifests: KeyValuePairs<String, String>, _ body: ([ModelVersion]) throws -> Void
  ) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let versions = try manifests.map { name, manifest in
      let folder = directory.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(manifest.utf8).write(to: folder.appending(path: "manifest.json"))
      return try ModelVersion(directory: folder)
    }
    try body(versions)
  }

  /// A value as a manifest keeps it.
  static func json(_ value: some Encodable) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }
}

extension String {
  /// The text with one space for each run of them, so that the width of columns does not matter.
  var squeezed: String { replacing(#/ +/#, with: " ") }
}
