import Foundation
import PostgreSQL
import PostgresSupport
import Records
import Testing

@testable import APIKeys

/// Keys that servers share.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresKeyStoreTests {
  /// Stores of some servers on one new database.
  private func stores(_ count: Int) throws -> [PostgresKeyStore] {
    let address = try PostgresServer.newDatabase()
    // The tables are the service's.
    _ = try PostgresPredictionStore(address)
    return try (0..<count).map { _ in try PostgresKeyStore(PostgresPool(address, size: 1)) }
  }

  @Test func aKeyOfOneServerIsGoodAtAnother() throws {
    let stores = try stores(2)
    let ring = try KeyRing(fixed: [], store: stores[1])
    let new = try stores[0].create(
      name: "shop \"x\"", role: .admin, expires: Date() + 3_600, requestsPerMinute: 7)
    #expect(ring.key(forSecret: new.secret) == nil)
    try ring.refresh()
    let key = try #require(ring.key(forSecret: new.secret))
    #expect(key.name == "shop \"x\"")
    #expect(key.requestsPerMinute == 7)
    try stores[0].revoke(id: key.id)
    try ring.refresh()
    #expect(ring.key(forSecret: new.secret) == nil)
    #expect(ring.all().stored.map(\.id) == [key.id])
    #expect(ring.refreshInterval.map { $0 <= .seconds(4) } == true)
  }

  @Test func serversThatStartTogetherMakeOneFirstKey() async throws {
    let stores = try stores(6)
    let made = try await withThrowingTaskGroup(of: NewKey?.self) { group in
      for store in stores { group.addTask { try store.createFirst() } }
      return try await group.reduce(into: [NewKey]()) { if let key = $1 { $0.append(key) } }
    }
    #expect(made.count == 1)
    #expect(made[0].key.role == .admin)
  }

  @Test func aKeyThatNobodyWasShownIsTakenBack() throws {
    let stores = try stores(2)
    let kept = try stores[0].create(name: "shop", role: .read)
    let new = try stores[0].create(name: "first key", role: .admin)
    try stores[1].refresh()
    try stores[1].withdraw(id: new.key.id)
    try stores[0].refresh()
    #expect(stores[0].keys().map(\.id) == [kept.key.id])
    #expect(stores[1].keys().map(\.id) == [kept.key.id])
  }

  @Test func writersTakeTurns() async throws {
    let stores = try stores(4)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask { _ = try stores[index % 4].create(name: "\(index)", role: .predict) }
      }
      try await group.waitForAll()
    }
    try stores[0].refresh()
    #expect(Set(stores[0].keys().map(\.name)).count == 20)
    #expect(throws: KeyError.notFound(id: "key-1")) { try stores[0].revoke(id: "key-1") }
  }

  @Test func knownKeysStayGoodWhileTheDatabaseIsAway() throws {
    let server = try PostgresServer()
    let address = try PostgresAddress(url: server.makeDatabase())
    _ = try PostgresPredictionStore(address)
    let ring = try KeyRing(fixed: [], store: PostgresKeyStore(PostgresPool(address, size: 1)))
    let new = try ring.create(KeyRequest(name: "me", role: .read))
    server.stop()
    #expect(throws: KeyError.self) { try ring.refresh() }
    #expect(throws: KeyError.self) { try ring.create(KeyRequest(name: "x", role: .read)) }
    #expect(ring.key(forSecret: new.secret)?.id == new.key.id)
    try server.start()
    while (try? ring.refresh()) == nil { try Task.checkCancellation() }
    #expect(ring.key(forSecret: new.secret)?.id == new.key.id)
  }
}
