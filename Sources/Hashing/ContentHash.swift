import Crypto
public import FoundationEssentials
import Hexadecimal

/// The identity of some content: its SHA-256 (FIPS 180-4) in lowercase hexadecimal.
public enum ContentHash {
  /// The hash of several pieces of content, one after the other.
  public static func sha256<Bytes: ContiguousBytes>(of pieces: Bytes...) -> String {
    Hexadecimal.text(of: digest(of: pieces))
  }

  /// The 32 bytes of the hash of some content.
  public static func sha256Digest(of content: some ContiguousBytes) -> [UInt8] {
    digest(of: [content])
  }

  /// The first 64 bits of the hash of some content: a number that follows from it alone.
  public static func sha256Number(of content: some ContiguousBytes) -> UInt64 {
    digest(of: [content]).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func digest(of pieces: [some ContiguousBytes]) -> [UInt8] {
    var hash = SHA256()
    for piece in pieces { piece.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return hash.finalize().withUnsafeBytes { Array($0) }
  }
}
