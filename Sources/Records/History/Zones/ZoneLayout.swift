/// How the history is cut into zones.
struct ZoneLayout: Sendable {
  /// Predictions in a zone when it is made.
  let size: Int
  /// The newest predictions, at least one, which are in no zone yet: those of several threads and servers are not stored
  /// quite in the order of their identities, and one that comes late spoils a zone's names.
  let margin: Int

  /// What databases have. Smaller zones would take longer to pass, larger ones longer to look through.
  static let standard = ZoneLayout(size: 2_048, margin: 512)
}
