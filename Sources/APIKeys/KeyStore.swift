import Files
public import Foundation
import Glibc

/// The keys that were made with `atelier keys create`, in a JSON file that only its owner can read.
///
/// The file holds hashes, never secrets. It is replaced whole, and changes of several processes
/// follow each other under a lock, so that a running service and the command line can share it.
public struct KeyStore: KeyStorage {
  /// The file.
  public let file: URL
  /// Kept apart, because each request asks for it.
  private let path: String

  /// Opens the keys in a file, which need not exist.
  public init(file: URL) {
    self.file = file
    path = file.path
  }

  /// One system call, which a request can afford: changes are noticed at once.
  public var stamp: KeyStamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return KeyStamp(status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino))
  }

  /// All keys, the oldest first, with those that are revoked or expired.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``.
  public func keys() throws(KeyError) -> [APIKey] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let content: Content
    do {
      content = try JSONDocument.decode(Content.self, from: Data(contentsOf: file))
    } catch let error as CocoaError {
      throw .unreadable(path: path, reason: error.localizedDescription)
    } catch {
      throw .unreadable(path: path, reason: "it is not a file of keys")
    }
    guard content.format <= Content.currentFormat else {
      throw .unreadable(
        path: path, reason: "it was written by a later program, in the format \(content.format)")
    }
    return content.keys
  }

  private struct Content: Codable {
    static let currentFormat = 1
    var format = Content.currentFormat
    var keys: [APIKey]
  }

  /// Changes the keys while nobody else can, and replaces the file.
  public func change<Value>(
    _ body: (inout [APIKey]) throws(KeyError) -> Value
  ) throws(KeyError) -> Value {
    let lock: FileLock
    do {
      lock = try FileLock(path: path + ".lock")
    } catch {
      throw .unwritable(path: error.path, reason: error.reason)
    }
    defer { lock.release() }
    var keys = try keys()
    let value = try body(&keys)
    do {
      // Created with its final permissions: the hashes are never readable to others, even shortly.
      try FileContents.write(
        JSONDocument.encode(Content(keys: keys)), to: path, permissions: 0o600)
    } catch let error as FileError {
      throw .unwritable(path: path, reason: error.reason)
    } catch {
      throw .unwritable(path: path, reason: error.localizedDescription)
    }
    return value
  }

  /// The file tells of changes by itself.
  public var refreshInterval: Duration? { nil }

  /// Does nothing: the file tells of changes by itself.
  public func refresh() {}
}
