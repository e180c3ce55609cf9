import Classification

/// What came of a picture, and where its time went.
struct PredictionOutcome: Sendable {
  let prediction: Prediction
  /// What the engine saw.
  let tensor: ImageTensor
  /// SHA-256 of the picture's file, in lowercase hexadecimal.
  let imageSHA256: String
  /// Pictures that were computed together.
  let batchSize: Int
  /// When the picture came into the queue.
  let arrival: ContinuousClock.Instant
  /// When the engine began with the batch.
  let inferenceStart: ContinuousClock.Instant
  /// The wait for a thread.
  let queueTime: Duration
  /// Decoding the file to pixels.
  let decodingTime: Duration
  /// Making the 28x28 grey levels of the pixels, and hashing the file.
  let preprocessingTime: Duration
  /// The engine's run for the whole batch.
  let inferenceTime: Duration
}
