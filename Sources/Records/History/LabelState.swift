/// What is known of the truth of a prediction.
public enum LabelState: String, CaseIterable, Sendable {
  /// Nobody has said what the picture shows.
  case unlabelled = "none"
  /// Somebody has said what the picture shows.
  case labelled = "any"
  /// The class that was found is the true one.
  case right
  /// The class that was found is not the true one.
  case wrong
}
