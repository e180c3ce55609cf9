public import Classification
public import Imaging

/// The way from the bytes of a picture to a prediction: a preprocessing, an engine and a calibration
/// of one model version.
///
/// Its methods compute on the calling thread, so they belong on a thread made for that.
public struct Classifier: Sendable {
  /// The engine that computes the logits.
  public let engine: any InferenceEngine
  /// The name of the model version.
  public let modelVersion: String
  /// The class names.
  public let labels: LabelSet
  /// How logits become confidences.
  public let calibration: Calibration
  /// What tells garments from other pictures; without one, every picture counts as a garment's.
  public let detector: GarmentDetector?
  /// What turns bytes into tensors.
  public let preprocessor: Preprocessor

  /// Creates a classifier.
  public init(
    engine: any InferenceEngine, modelVersion: String, labels: LabelSet, calibration: Calibration,
    detector: GarmentDetector? = nil, preprocessor: Preprocessor = Preprocessor()
  ) {
    self.engine = engine
    self.modelVersion = modelVersion
    self.labels = labels
    self.calibration = calibration
    self.detector = detector
    self.preprocessor = preprocessor
  }

  /// Decodes a picture and makes the tensor the engine sees.
  ///
  /// - Throws: `ImagingError` when the bytes are not a usable picture.
  public func prepare(
    _ bytes: [UInt8], with preprocessing: Preprocessing = .auto
  ) throws(ImagingError) -> PreparedImage {
    try preprocessor.prepare(bytes, with: preprocessing)
  }

  /// Decodes and prepares a picture, as ``prepare(_:with:)`` does, and says how long decoding alone
  /// took.
  ///
  /// - Throws: `ImagingError` when the bytes are not a usable picture.
  public func timedPrepare(
    _ bytes: [UInt8], with preprocessing: Preprocessing
  ) throws(ImagingError) -> (image: PreparedImage, decodingTime: Duration) {
    try preprocessor.timedPrepare(bytes, with: preprocessing)
  }

  /// Classifies pictures that were prepared, as one batch.
  ///
  /// - Returns: A prediction for each picture, in the same order.
  /// - Throws: `InferenceError` when the engine fails.
  public func classify(_ images: [ImageTensor]) throws(InferenceError) -> [Prediction] {
    try predictions(for: images, logits: engine.logits(for: images))
  }

  /// Classifies pictures, as ``classify(_:)`` does, and says how long the engine alone took: the
  /// detector and the ranking cost the same whatever the engine.
  ///
  /// - Throws: `InferenceError` when the engine fails.
  public func timedClassify(
    _ images: [ImageTensor]
  ) throws(InferenceError) -> (predictions: [Prediction], engineTime: Duration) {
    let start = ContinuousClock.now
    let logits = try engine.logits(for: images)
    let time = ContinuousClock.now - start
    return (try predictions(for: images, logits: logits), time)
  }

  /// What the engine's logits of pictures mean.
  ///
  /// - Returns: A prediction for each picture, in the same order.
  /// - Throws: `InferenceError/unusableLogits` when they are not one finite number a class.
  func predictions(
    for images: [ImageTensor], logits: [Logits]
  ) throws(InferenceError) -> [Prediction] {
    var predictions: [Prediction] = []
    predictions.reserveCapacity(images.count)
    for (image, logits) in zip(images, logits) {
      predictions.append(
        try Prediction(
          logits: logits, labels: labels, calibration: calibration,
          isGarment: detector?.isGarment(image) ?? true))
    }
    return predictions
  }
}
