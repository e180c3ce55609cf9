import Foundation
import Testing

@testable import Records

/// What every store must do to remove old predictions, whichever database it keeps them in.
struct RetentionConformance {
  let fixture: StoreFixture

  static let start = Date(timeIntervalSince1970: 1_790_000_000)

  /// Records a second apart, each with a picture.
  static func insert(_ count: Int, into store: any PredictionStore) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<count {
        let record = PredictionRecord.sample(
          at: Self.start + Double(index), modelUsed: ["ONNX", "PyTorch"][index % 2],
          trueLabel: index % 3 == 0 ? "Bag" : nil)
        group.addTask { try await store.insert(record, picture: [UInt8](repeating: 1, count: 784)) }
      }
      try await group.waitForAll()
    }
  }

  func removesWhatIsOlderAndCountsTheRest() async throws {
    let store = fixture.store
    try await Self.insert(2_500, into: store)
    let bound = Self.start + 2_100
    #expect(try await store.count(before: bound) == 2_100)
    let oldest = PredictionRecord.sample(at: Self.start - 1)
    try await store.insert(oldest, picture: [UInt8](repeating: 1, count: 784))
    var progress: [Int] = []
    let removed = try await store.removePredictions(before: bound) { progress.append($0) }
    #expect(removed == 2_101)
    #expect(progress == [1_000, 2_000, 2_101])
    let counts = try await store.counts()
    #expect(counts.byEngine == ["ONNX": 200, "PyTorch": 200])
    #expect(counts.revision == 2_501 + 2_101)
    let left = try await store.page(matching: PredictionFilter(), after: nil, limit: 1_000)
    #expect(left.records.count == 400)
    #expect(left.records.allSatisfy { $0.createdAt >= bound })
    #expect(try await store.picture(id: oldest.id) == nil)
    #expect(try await store.picture(id: left.records[0].id)?.count == 784)
    #expect(try await store.removePredictions(before: bound) == 0)
  }

  func othersInsertWhileItRemoves() async throws {
    try await Self.insert(3_000, into: fixture.store)
    let other = try fixture.reopen()
    async let removed = fixture.store.removePredictions(before: Self.start + 3_000)
    for _ in 0..<50 { try await other.insert(.sample()) }
    #expect(try await removed == 3_000)
    #expect(try await other.counts().total == 50)
  }

  func stopsWhenItIsCancelled() async throws {
    let store = fixture.store
    try await Self.insert(2_500, into: store)
    let task = Task {
      try await store.removePredictions(before: Self.start + 86_400) { _ in
        withUnsafeCurrentTask { $0?.cancel() }
      }
    }
    #expect(try await task.value == 1_000)
    #expect(try await store.counts().total == 1_500)
  }
}
