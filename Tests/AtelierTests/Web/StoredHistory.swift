import Classification
import Dataset
import Foundation
import Records

/// Predictions that were stored before the service starts.
enum StoredHistory {
  static let version = "fashion-lite-20261126"

  /// Stores predictions of the last 50 minutes, of all classes alike and of the confidence of the
  /// validation split, mostly: enough to compare with it. Every seventh has a label, of which one in ten
  /// says otherwise.
  static func fill(_ home: URL, count: Int = 600) async throws {
    let store = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
    var generator = SeededGenerator(seed: 17)
    let names = FashionClass.allCases.map(\.name)
    for index in 0..<count {
      let date = Date() - Double(index) / Double(count) * 3_000
      let name = names[index % names.count]
      let isSure = Int.random(in: 0..<100, using: &generator) < 84
      let confidence = Double.random(in: isSure ? 0.95...1 : 0.45...0.93, using: &generator)
      let isWrong = Int.random(in: 0..<10, using: &generator) == 0
      let other = names[Int.random(in: 0..<names.count, using: &generator)]
      try await store.insert(
        PredictionRecord(
          id: RecordID.make(at: date, using: &generator), createdAt: date,
          requestID: "request-\(index)", filename: "shop-\(index).png",
          modelUsed: index % 3 == 0 ? "PyTorch" : "ONNX", modelVersion: version,
          predictedClass: name, confidence: confidence, inferenceTimeMilliseconds: 0.2,
          topK: [ClassScore(name: name, confidence: Float(confidence))],
          isUncertain: confidence < 0.89, isGarment: index % 50 != 0, preprocess: "auto",
          clientKeyID: "key", imageSHA256: String(repeating: "a", count: 64),
          trueLabel: index % 7 != 0 ? nil : isWrong ? other : name))
    }
    try await store.close()
  }
}
