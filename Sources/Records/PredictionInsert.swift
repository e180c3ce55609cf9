/// A record to store, and the picture that the model saw.
public struct PredictionInsert: Sendable {
  /// The record.
  public var record: PredictionRecord
  /// The 784 grey levels of 28x28 pixels, row by row; `nil` keeps none.
  public var picture: [UInt8]?

  /// Creates an insert.
  public init(_ record: PredictionRecord, picture: [UInt8]?) {
    self.record = record
    self.picture = picture
  }
}
