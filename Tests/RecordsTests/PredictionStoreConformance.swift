import Classification
import Foundation
import Testing

@testable import Records

/// What every store of predictions must do, whichever database it keeps them in.
///
/// A suite of a store makes an empty one for each check.
struct PredictionStoreConformance {
  let store: any PredictionStore

  func returnsWhatWasInserted() async throws {
    let record = PredictionRecord.sample(trueLabel: "Bag")
    try await store.insert(record)
    #expect(try await store.record(id: record.id) == record)
    #expect(try await store.record(id: RecordID.make()) == nil)
  }

  func keepsAnyText() async throws {
    for filename in [
      "", "été 👕.png", "a'; DROP TABLE predictions; --", "tab\tline\nend", "\u{FFFD}",
    ] {
      let record = PredictionRecord.sample(filename: filename)
      try await store.insert(record)
      #expect(try await store.record(id: record.id)?.filename == filename)
    }
  }

  func countsByEngineAndClass() async throws {
    #expect(try await store.counts() == PredictionCounts())
    for (engine, name) in [("ONNX", "Bag"), ("ONNX", "Bag"), ("ONNX", "Coat"), ("PyTorch", "Bag")] {
      try await store.insert(.sample(modelUsed: engine, predictedClass: name))
    }
    let counts = try await store.counts()
    #expect(counts.total == 4)
    #expect(counts.byEngine == ["ONNX": 3, "PyTorch": 1])
    #expect(counts.byClass == ["Bag": 3, "Coat": 1])
  }

  func storesAllThatArriveTogether() async throws {
    let records = (0..<500).map { _ in PredictionRecord.sample() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for record in records { group.addTask { try await store.insert(record) } }
      try await group.waitForAll()
    }
    for record in records { #expect(try await store.record(id: record.id) != nil) }
    #expect(try await store.counts().total == records.count)
  }

  func refusesADuplicateAlone() async throws {
    let first = PredictionRecord.sample()
    try await store.insert(first)
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<50 {
        group.addTask {
          if index == 25 {
            await #expect(throws: RecordsError.duplicate(id: first.id)) {
              try await store.insert(first)
            }
          } else {
            await #expect(throws: Never.self) { try await store.insert(.sample()) }
          }
        }
      }
    }
    #expect(try await store.counts().total == 50)
  }

  func storesAGroupButForWhatIsThere() async throws {
    let there = PredictionRecord.sample()
    try await store.insert(there)
    var records = (0..<300).map { _ in PredictionRecord.sample() }
    // One that was stored before, and one that comes twice.
    (records[7], records[200]) = (there, records[8])
    let picture = (0..<784).map { UInt8(truncatingIfNeeded: $0) }
    let results = await store.insert(records.map { PredictionInsert($0, picture: picture) })
    #expect(results.count == records.count)
    for (place, result) in results.enumerated() {
      switch result {
      case .success: #expect(place != 7)
      case .failure(let error):
        #expect([7, 8, 200].contains(place))
        #expect(error == .duplicate(id: records[place].id))
      }
    }
    #expect(results.count { if case .failure = $0 { true } else { false } } == 2)
    #expect(try await store.counts().total == 299)
    #expect(try await store.record(id: records[299].id) == records[299])
    #expect(try await store.picture(id: records[8].id) == picture)
    #expect(try await store.picture(id: there.id) == nil)
    #expect(await store.insert([]).isEmpty)
  }

  func refusesWorkOnceClosed() async throws {
    try await store.ping()
    try await store.close()
    await #expect(throws: RecordsError.closed) { try await store.insert(.sample()) }
    let results = await store.insert([PredictionInsert(.sample(), picture: nil)])
    #expect(throws: RecordsError.closed) { try results[0].get() }
    await #expect(throws: RecordsError.closed) { try await store.counts() }
    await #expect(throws: RecordsError.closed) { try await store.ping() }
  }
}

extension PredictionRecord {
  static func sample(
    at date: Date = Date(), filename: String = "boot.png", modelUsed: String = "ONNX",
    predictedClass: String = "Ankle boot", trueLabel: String? = nil
  ) -> PredictionRecord {
    let id = RecordID.make(at: date)
    return PredictionRecord(
      id: id, createdAt: RecordID.date(of: id) ?? date,
      requestID: "request", filename: filename, modelUsed: modelUsed, modelVersion: "v1",
      predictedClass: predictedClass, confidence: 0.9876, inferenceTimeMilliseconds: 2.34,
      topK: [ClassScore(name: predictedClass, confidence: 0.9876)], isUncertain: false,
      preprocess: "auto", clientKeyID: "key", imageSHA256: String(repeating: "a", count: 64),
      trueLabel: trueLabel)
  }
}
