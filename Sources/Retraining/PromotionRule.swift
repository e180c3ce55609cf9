/// When a version that was trained takes the place of the one that is served.
public enum PromotionRule: String, CaseIterable, Sendable, Codable {
  /// When it is not worse; see `PromotionVerdict`.
  case ifBetter = "if-better"
  /// Only by hand.
  case never
  /// Whatever it is like.
  case always
}
