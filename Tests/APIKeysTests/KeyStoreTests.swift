import APIKeys
import Foundation
import Testing

@Suite struct KeyStoreTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-keys-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var store: KeyStore { KeyStore(file: folder.appending(path: "keys.json")) }

  @Test func keepsOnlyTheHashOfASecret() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let new = try store.create(name: "shop", role: .predict)
    let content = try String(contentsOf: store.file, encoding: .utf8)
    #expect(!content.contains(new.secret))
    #expect(new.secret.utf8.count == 47)
    #expect(try store.keys() == [new.key].map(rounded))
    let attributes = try FileManager.default.attributesOfItem(atPath: store.file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func ringFollowsTheStore() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let ring = try KeyRing(fixed: KeyList.parse("123456:predict"), store: store)
    let start = Date()
    #expect(ring.key(forSecret: "123456", at: start)?.role == .predict)
    #expect(ring.key(forSecret: "12345", at: start) == nil)
    let new = try store.create(name: "shop", role: .admin)
    #expect(ring.key(forSecret: new.secret, at: start)?.id == new.key.id)
    try store.revoke(id: new.key.id)
    #expect(ring.key(forSecret: new.secret, at: start) == nil)
  }

  @Test func aKeyThatNobodyWasShownIsTakenBack() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try #require(try store.createFirst())
    #expect(try store.createFirst() == nil)
    try store.withdraw(id: first.key.id)
    #expect(try store.keys() == [])
    #expect(try store.createFirst() != nil)
  }

  @Test func aFileOfALaterProgramIsLeftAlone() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let content = #"{"format":2,"keys":[],"more":true}"#
    try Data(content.utf8).write(to: store.file)
    #expect(throws: KeyError.self) { try store.keys() }
    #expect(throws: KeyError.self) { try store.createFirst() }
    #expect(try String(contentsOf: store.file, encoding: .utf8) == content)
  }

  @Test func keysExpire() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let start = Date()
    let new = try store.create(name: "trial", role: .read, expires: start + 60)
    let ring = try KeyRing(fixed: [], store: store)
    #expect(ring.key(forSecret: new.secret, at: start + 50)?.role == .read)
    #expect(ring.key(forSecret: new.secret, at: start + 61) == nil)
  }

  @Test func writersTakeTurns() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask { _ = try store.create(name: "\(index)", role: .predict) }
      }
      try await group.waitForAll()
    }
    #expect(Set(try store.keys().map(\.name)).count == 20)
  }

  @Test func saysThatAFileIsDamaged() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data("{".utf8).write(to: store.file)
    #expect(throws: KeyError.self) { try store.keys() }
    #expect(throws: KeyError.self) { try store.create(name: "x", role: .read) }
    #expect(try Data(contentsOf: store.file) == Data("{".utf8))
  }

  @Test func doesNotRevokeWhatIsNotThere() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: KeyError.notFound(id: "key-1")) { try store.revoke(id: "key-1") }
  }

  /// The file keeps whole seconds.
  private func rounded(_ key: APIKey) -> APIKey {
    var key = key
    key.created = key.created.map {
      Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down))
    }
    return key
  }
}
