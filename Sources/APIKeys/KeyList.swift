/// Keys that the configuration spells out: `KEY:ROLE`, separated by commas.
public enum KeyList {
  /// Reads a list of keys; empty text is an empty list.
  ///
  /// - Returns: Keys with the identities `env-1`, `env-2` and so on: their place in the list.
  /// - Throws: ``KeyError/malformedEntry(position:reason:)``, which does not repeat the secret.
  public static func parse(_ text: String) throws(KeyError) -> [APIKey] {
    guard !text.allSatisfy(\.isWhitespace) else { return [] }
    var keys: [APIKey] = []
    for (index, entry) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated()
    {
      let key = try parse(entry: trim(entry), position: index + 1)
      guard !keys.contains(where: { $0.secretHash.matches(key.secretHash) }) else {
        throw .malformedEntry(position: index + 1, reason: "repeats a key")
      }
      keys.append(key)
    }
    return keys
  }

  private static func parse(entry: Substring, position: Int) throws(KeyError) -> APIKey {
    guard !entry.isEmpty else { throw .malformedEntry(position: position, reason: "is empty") }
    // A key may have colons itself, a role has none.
    guard let colon = entry.lastIndex(of: ":") else {
      throw .malformedEntry(position: position, reason: "has no role")
    }
    let secret = entry[..<colon]
    guard let role = Role(rawValue: trim(entry[entry.index(after: colon)...]).lowercased()) else {
      throw .malformedEntry(position: position, reason: "has a role that does not exist")
    }
    guard !secret.isEmpty else {
      throw .malformedEntry(position: position, reason: "has a role and no key")
    }
    // Only what can stand in a header field.
    guard secret.utf8.count <= 512, secret.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw .malformedEntry(
        position: position,
        reason: "has a key that is not 1 to 512 printable ASCII characters without spaces")
    }
    let id = "env-\(position)"
    return APIKey(id: id, name: id, role: role, secretHash: SecretHash(of: String(secret)))
  }

  private static func trim(_ text: Substring) -> Substring {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
    return start[...last]
  }
}
