/// What was computed with a version since the service started.
public struct ModelStatistics: Sendable, Hashable {
  /// How often something was done, and how long it took in all.
  public struct Times: Sendable, Hashable {
    /// How often.
    public var count = 0
    /// How long, in nanoseconds.
    public var nanoseconds = 0

    /// Nothing yet.
    public init() {}

    /// Notes that it was done once more.
    public mutating func add(_ duration: Duration) {
      count += 1
      nanoseconds += Int(duration / .nanoseconds(1))
    }
  }

  /// The model.
  public var name: String
  /// The version.
  public var version: String
  /// When the last picture was classified, in milliseconds since 1970; 0 for never.
  public var lastInference = 0
  /// Pictures that were classified.
  public var inferenceCount = 0
  /// Runs of an engine, each for one picture or some.
  public var executionCount = 0
  /// Pictures that were classified, from their arrival in the queue on.
  public var success = Times()
  /// Pictures that an engine failed on; how long that took is not known.
  public var failure = Times()
  /// The wait for a thread.
  public var queue = Times()
  /// Decoding and preprocessing.
  public var input = Times()
  /// Runs of the engine; each counts for every picture of its batch.
  public var inference = Times()

  /// Nothing yet.
  public init(name: String, version: String) {
    self.name = name
    self.version = version
  }
}
