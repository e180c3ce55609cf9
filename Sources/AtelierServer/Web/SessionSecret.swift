import APIKeys
import Crypto
import Files
public import Foundation

/// The secret that sessions are signed with.
///
/// It is kept in a file that only its owner can read, so that people stay signed in when the service
/// is started again.
public struct SessionSecret: Sendable {
  let key: SymmetricKey

  /// A secret that was made before, of 32 bytes.
  init(bytes: [UInt8]) {
    key = SymmetricKey(data: bytes)
  }

  /// Makes a secret that nothing keeps.
  public init() {
    key = SymmetricKey(size: .bits256)
  }

  /// Reads the secret of a file, which is made when it is missing.
  ///
  /// - Throws: ``SessionSecretError`` when the file cannot be read or written, or is no secret.
  public init(file: URL) throws(SessionSecretError) {
    let path = file.path
    guard FileManager.default.fileExists(atPath: path) else {
      key = SymmetricKey(size: .bits256)
      do throws(FileError) {
        try FileContents.write(
          key.withUnsafeBytes { Array($0) }, to: path, permissions: 0o600)
      } catch {
        throw SessionSecretError(path: path, reason: error.reason)
      }
      return
    }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileContents.read(from: path, limit: 1_024)
    } catch {
      throw SessionSecretError(path: path, reason: error.reason)
    }
    guard bytes.count == 32 else {
      throw SessionSecretError(
        path: path, reason: "it has \(bytes.count) bytes and not 32; remove it to make a new one")
    }
    key = SymmetricKey(data: bytes)
  }
}
