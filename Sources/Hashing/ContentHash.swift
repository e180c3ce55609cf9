import Crypto
public import FoundationEssentials

/// The identity of some content: its SHA-256 (FIPS 180-4) in lowercase hexadecimal.
public enum ContentHash {
  /// The hash of several pieces of content, one after the other.
  public static func sha256<Bytes: ContiguousBytes>(of pieces: Bytes...) -> String {
    var hash = SHA256()
    for piece in pieces { piece.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    let digits = Array("0123456789abcdef".utf8)
    let characters = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: characters, as: UTF8.self)
  }
}
