/// A value that a condition compares with, in terms that every database understands.
enum ConditionValue: Sendable, Hashable {
  case text(String)
  case number(Double)
  case flag(Bool)
}
