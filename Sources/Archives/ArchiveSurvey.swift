/// How much archives hold, as they say themselves.
public struct ArchiveSurvey: Sendable, Hashable {
  /// Their files.
  public var files: Int
  /// The bytes of the files, unpacked.
  public var bytes: Int

  /// Says how much.
  public init(files: Int = 0, bytes: Int = 0) {
    self.files = files
    self.bytes = bytes
  }

  /// Adds what another archive holds.
  public static func += (sum: inout ArchiveSurvey, other: ArchiveSurvey) {
    sum.files += other.files
    sum.bytes += other.bytes
  }
}
