/// Whether a key works.
public enum KeyState: String, CaseIterable, Sendable, Codable {
  /// It works.
  case valid
  /// Its time is over.
  case expired
  /// Somebody has taken it back.
  case revoked
}
