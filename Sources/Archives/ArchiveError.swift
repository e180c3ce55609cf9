/// Why the rest of an archive cannot be read; what came before is good.
public enum ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The archive ends early or is broken.
  case damaged(reason: String)
  /// Not even the names of the entries can be read without a password.
  case encrypted
  /// There are more entries than allowed.
  case tooManyEntries(limit: Int)
  /// The entries unpack to more bytes than allowed.
  case tooLarge(limit: Int)
  /// The entries unpack to far more bytes than the archive has.
  case ratioTooHigh(limit: Int)
  /// The file that holds the archive cannot be read.
  case unreadable
  /// There is no memory for the reader.
  case outOfMemory

  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .damaged(let reason):
      "the archive is damaged or cut short (\(reason)); make it again, or send the whole file"
    case .encrypted: "the archive is encrypted; send one without a password"
    case .tooManyEntries(let limit):
      "the archive has more than \(limit) entries; split it into several"
    case .tooLarge(let limit):
      "the archive unpacks to more than \(limit) bytes; split it into several"
    case .ratioTooHigh(let limit):
      "the archive unpacks to more than \(limit) times its size, which no pictures do"
    case .unreadable: "the file of the archive cannot be read"
    case .outOfMemory: "there is not enough memory to read the archive"
    }
  }
}
