import Classification
import Counters
import Foundation
import Records
import Redis
import RedisSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct RedisCounterTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-counters-\(UUID().uuidString)", directoryHint: .isDirectory)

  private func store() throws -> SQLitePredictionStore {
    try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
  }

  private func insert(_ name: String, into store: any PredictionStore) async throws {
    try await store.insert(
      PredictionRecord(
        id: RecordID.make(), createdAt: Date(), requestID: "", filename: "", modelUsed: "ONNX",
        modelVersion: "v1", predictedClass: name, confidence: 1, inferenceTimeMilliseconds: 1,
        topK: [], isUncertain: false, preprocess: "auto", clientKeyID: "", imageSHA256: ""))
  }

  @Test func countsWhatWasStoredBefore() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    try await insert("Bag", into: store)
    let counter = RedisCounter(address: RedisAddress(port: server.port), source: store)
    #expect(try await counter.counts().byClass == ["Bag": 1])
    for name in ["T-shirt/top", "Bag"] {
      try await insert(name, into: store)
      counter.predictionsWereStored()
    }
    #expect(try await counter.counts().byClass == ["Bag": 2, "T-shirt/top": 1])
    #expect(try await counter.counts() == store.counts())
  }

  @Test func serversShareTheCounts() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    let counters = (0..<3).map { _ in
      RedisCounter(address: RedisAddress(port: server.port), source: store)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for counter in counters {
        group.addTask {
          for index in 0..<40 {
            try await insert(["Bag", "Coat"][index % 2], into: store)
            counter.predictionsWereStored()
            if index % 10 == 0 { _ = try await counter.counts() }
          }
          _ = try await counter.counts()
        }
      }
      try await group.waitForAll()
    }
    for counter in counters {
      #expect(try await counter.counts().byClass == ["Bag": 60, "Coat": 60])
    }
  }

  @Test func comesBackAfterRedisWasKilled() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    let counter = RedisCounter(address: RedisAddress(port: server.port), source: store)
    try await insert("Bag", into: store)
    #expect(try await counter.counts().total == 1)
    server.stop()
    try await insert("Bag", into: store)
    counter.predictionsWereStored()
    await #expect(throws: CounterError.self) { try await counter.counts() }
    let again = try RedisServer(port: server.port)
    try await insert("Bag", into: store)
    counter.predictionsWereStored()
    #expect(try await eventualCounts(of: counter) == store.counts())
    withExtendedLifetime(again) {}
  }

  @Test func writesAgainWhatRedisHasLost() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    let counter = RedisCounter(address: RedisAddress(port: server.port), source: store)
    try await insert("Bag", into: store)
    #expect(try await counter.counts().total == 1)
    server.stop()
    let again = try RedisServer(port: server.port)
    #expect(try await eventualCounts(of: counter).total == 1)
    withExtendedLifetime(again) {}
  }

  @Test func aRestoredDatabaseReplacesLargerCounts() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    for _ in 0..<3 { try await insert("Bag", into: store) }
    let address = RedisAddress(port: server.port)
    #expect(try await RedisCounter(address: address, source: store).counts().total == 3)
    let older = try SQLitePredictionStore(file: folder.appending(path: "older.db"))
    try await insert("Coat", into: older)
    #expect(
      try await RedisCounter(address: address, source: older).counts().byClass == ["Coat": 1])
  }

  @Test func removedPredictionsAreNotCountedAnyMore() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    for _ in 0..<3 { try await insert("Bag", into: store) }
    let address = RedisAddress(port: server.port)
    let counter = RedisCounter(address: address, source: store)
    #expect(try await counter.counts().total == 3)
    // Others take them away; the server learns of it with the next prediction that it stores.
    let other = try SQLitePredictionStore(existing: store.file)
    #expect(try await other.removePredictions(before: Date() + 3_600) == 3)
    try await insert("Coat", into: store)
    counter.predictionsWereStored()
    #expect(try await counter.counts().byClass == ["Coat": 1])
    // Or at once, when they publish the counts themselves.
    #expect(try await other.removePredictions(before: Date() + 3_600) == 1)
    #expect(try await RedisCounter(address: address, source: other).counts().total == 0)
    #expect(try await counter.counts() == store.counts())
  }

  @Test func publishesByItself() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, server) = (try store(), try RedisServer())
    let address = RedisAddress(port: server.port)
    let counter = RedisCounter(address: address, source: store)
    let running = Task { await counter.run() }
    defer { running.cancel() }
    try await insert("Bag", into: store)
    counter.predictionsWereStored()
    // Seen by another client, without asking the counter.
    var total = "0"
    while total != "1" { total = try redis("HGET", "atelier:predictions", "total", on: server) }
  }

  @Test func saysThatNobodyIsThere() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let server = try RedisServer()
    #expect(await RedisConnection.answers(at: RedisAddress(port: server.port), within: .seconds(1)))
    server.stop()
    #expect(
      !(await RedisConnection.answers(at: RedisAddress(port: server.port), within: .seconds(1))))
  }

  /// The counts once the counter has found its server again.
  private func eventualCounts(of counter: RedisCounter) async throws -> PredictionCounts {
    while true {
      if let counts = try? await counter.counts() { return counts }
      try Task.checkCancellation()
      await Task.yield()
    }
  }

  private func redis(_ command: String..., on server: RedisServer) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/redis-cli")
    process.arguments = ["-p", String(server.port)] + command
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
