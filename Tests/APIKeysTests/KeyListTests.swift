import APIKeys
import Testing

@Suite struct KeyListTests {
  @Test func readsTheKeysOfTheContract() throws {
    let keys = try KeyList.parse("123456:predict,fashion_api_key_789:admin")
    #expect(keys.map(\.role) == [.predict, .admin])
    #expect(keys.map(\.id) == ["env-1", "env-2"])
    #expect(keys[0].secretHash.matches(SecretHash(of: "123456")))
    #expect(keys[1].secretHash.matches(SecretHash(of: "fashion_api_key_789")))
  }

  @Test func takesSpacesAndColonsInKeys() throws {
    let keys = try KeyList.parse(" a:b:read , c:Admin ")
    #expect(keys[0].secretHash.matches(SecretHash(of: "a:b")))
    #expect(keys.map(\.role) == [.read, .admin])
  }

  @Test(arguments: ["", "  "]) func noTextIsNoKeys(text: String) throws {
    #expect(try KeyList.parse(text).isEmpty)
  }

  @Test(arguments: [
    ("a:predict,", 2), ("secret", 1), ("secret:owner", 1), (":admin", 1), ("a b:admin", 1),
    ("a:read,b:read,a:admin", 3), ("é:admin", 1),
  ])
  func saysWhichEntryIsWrongAndNotTheSecret(text: String, position: Int) {
    let error = #expect(throws: KeyError.self) { try KeyList.parse(text) }
    guard case .malformedEntry(position, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(error?.description.contains("secret") == false)
  }
}
