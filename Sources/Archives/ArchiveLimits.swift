/// How much an archive may hold, so that a small one that unpacks to much ends early.
public struct ArchiveLimits: Sendable, Hashable {
  /// Entries, folders and links among them.
  public var entryCount: Int
  /// Bytes of all entries together, unpacked.
  public var unpackedBytes: Int
  /// Bytes of one entry, unpacked; a larger one fails alone.
  public var entryBytes: Int
  /// Unpacked bytes for each byte of the archive, once ``ratioThreshold`` bytes were unpacked.
  public var ratio: Int
  /// Unpacked bytes below which the ratio does not matter.
  public var ratioThreshold: Int

  /// The limits of the contract: 100,000 entries, 4 GiB, and 64 MiB an entry.
  public init(
    entryCount: Int = 100_000, unpackedBytes: Int = 4 << 30, entryBytes: Int = 64 << 20,
    ratio: Int = 200, ratioThreshold: Int = 64 << 20
  ) {
    self.entryCount = entryCount
    self.unpackedBytes = unpackedBytes
    self.entryBytes = entryBytes
    self.ratio = ratio
    self.ratioThreshold = ratioThreshold
  }
}
