/// A file in an archive.
public struct ArchiveEntry: Sendable {
  /// Its path in the archive, as it was stored.
  public let path: String
  /// Its bytes, or why there are none.
  public let content: Result<[UInt8], Failure>

  /// Why an entry cannot be had, while the others can.
  public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// It is larger than allowed.
    case tooLarge(limit: Int)
    /// It needs a password.
    case encrypted
    /// Its path is absolute, or leads out of the archive.
    case unsafePath
    /// It is a link, a device or the like.
    case notAFile
    /// It is an archive itself.
    case nested(ArchiveFormat)
    /// It is broken.
    case damaged(reason: String)

    /// What is wrong, and how to mend it.
    public var description: String {
      switch self {
      case .tooLarge(let limit): "the entry is larger than the \(limit) bytes allowed"
      case .encrypted: "the entry is encrypted; send it without a password"
      case .unsafePath: "the entry's path leads out of the archive"
      case .notAFile: "the entry is a link or a device, not a file"
      case .nested(let format):
        "the entry is an archive (\(format.rawValue)) itself; send it on its own"
      case .damaged(let reason): "the entry is damaged (\(reason))"
      }
    }
  }
}
