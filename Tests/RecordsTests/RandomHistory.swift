import Classification
import Dataset
import Foundation

@testable import Records

/// Records and filters of any kind.
enum RandomHistory {
  static let classes = ["Bag", "Coat", "T-shirt/top"]
  static let engines = ["ONNX", "PyTorch"]
  private static let names = [
    "Boot.png", "IMG_1.jpg", "靴子.webp", "100%.png", "=1+1.png", "été.png",
  ]

  static func records(
    _ count: Int, versions: Int, using generator: inout SeededGenerator
  ) -> [PredictionRecord] {
    var milliseconds = 1_790_000_000_000
    return (0..<count).map { _ in
      // Several may be of the same millisecond.
      milliseconds += Int.random(in: 0...3, using: &generator)
      let date = Timestamp.date(milliseconds: milliseconds)
      let confidence = Double(Float.random(in: 0.2...1, using: &generator))
      let isLabelled = Int.random(in: 0..<4, using: &generator) == 0
      return PredictionRecord(
        id: RecordID.make(at: date, using: &generator), createdAt: date,
        requestID: "request-\(milliseconds)", filename: pick(names, using: &generator),
        modelUsed: pick(engines, using: &generator),
        modelVersion: "v\(Int.random(in: 0..<versions, using: &generator))",
        predictedClass: pick(classes, using: &generator), confidence: confidence,
        inferenceTimeMilliseconds: 0.25, topK: [ClassScore(name: "Bag", confidence: 0.5)],
        isUncertain: confidence < 0.5, isGarment: confidence > 0.3, preprocess: "auto",
        clientKeyID: "key", imageSHA256: String(repeating: "a", count: 64),
        trueLabel: isLabelled ? pick(classes, using: &generator) : nil)
    }
  }

  static func filter(
    for records: [PredictionRecord], using generator: inout SeededGenerator
  ) -> PredictionFilter {
    var filter = PredictionFilter()
    func sometimes<Value>(
      _ value: (inout SeededGenerator) -> Value, _ generator: inout SeededGenerator
    ) -> Value? {
      Int.random(in: 0..<4, using: &generator) == 0 ? value(&generator) : nil
    }
    filter.from = sometimes({ pick(records, using: &$0).createdAt }, &generator)
    filter.to = sometimes({ pick(records, using: &$0).createdAt }, &generator)
    filter.predictedClass = sometimes({ pick(classes + ["Shirt"], using: &$0) }, &generator)
    filter.modelUsed = sometimes({ pick(engines, using: &$0) }, &generator)
    filter.modelVersion = sometimes({ pick(records, using: &$0).modelVersion }, &generator)
    filter.minimumConfidence = sometimes({ Double.random(in: 0...1, using: &$0) }, &generator)
    filter.filename = sometimes(
      { pick(["png", "IMG_", "%", "靴", "oo", "\\"], using: &$0) }, &generator)
    if Int.random(in: 0..<20, using: &generator) == 0 {
      filter.requestID = pick(records, using: &generator).requestID
    }
    filter.isUncertain = sometimes({ Bool.random(using: &$0) }, &generator)
    filter.label = sometimes({ pick(LabelState.allCases, using: &$0) }, &generator)
    return filter
  }

  private static func pick<Value>(_ values: [Value], using generator: inout SeededGenerator)
    -> Value
  {
    values[Int.random(in: 0..<values.count, using: &generator)]
  }
}
