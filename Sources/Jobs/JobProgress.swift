/// How far a job has come.
public struct JobProgress: Sendable, Hashable {
  /// Units done.
  public var done: Int
  /// All units; `nil` while nobody can tell.
  public var total: Int?
  /// What is counted, in the plural: `pictures`, `epochs`.
  public var unit: String
  /// What else the kind of the job has to say, as a JSON object.
  public var detail: EncodedJSON?

  /// Says how far a job has come.
  public init(done: Int = 0, total: Int? = nil, unit: String = "", detail: EncodedJSON? = nil) {
    self.done = done
    self.total = total
    self.unit = unit
    self.detail = detail
  }
}
