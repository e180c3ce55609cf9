public import Classification
public import Dataset
public import ModelStore

/// What turns a network's logits into honest answers, fitted after training: the temperature, the
/// threshold of "not sure", and the garment detector.
public struct ModelCalibration: Sendable {
  /// The temperature and the threshold.
  public let calibration: Calibration
  /// What tells garments from other pictures; `nil` when there were too few pictures to fit one.
  public let detector: GarmentDetector?
  /// Quality on the validation split, as the calibration has it.
  public let validation: Evaluation

  /// Fits to the validation split, and the detector's prototypes to the training split.
  ///
  /// - Throws: `InferenceError` when the engine fails.
  public init(
    engine: some InferenceEngine, split: Split
  ) throws(InferenceError) {
    let logits = try engine.logits(for: split.validation)
    let labels = split.validation.labels
    let temperature = TemperatureScaling.fit(
      logits: logits, labels: labels, classCount: engine.classCount)
    calibration = Calibration(
      temperature: temperature,
      uncertaintyThreshold: UncertaintyThreshold.fit(
        logits: logits, labels: labels, temperature: temperature))
    validation = Evaluation(
      logits: logits, labels: labels, calibration: calibration, classCount: engine.classCount)
    detector = GarmentDetectorFit.fit(
      (0..<split.training.count).map(split.training.tensor), labels: split.training.labels,
      heldOut: (0..<split.validation.count).map(split.validation.tensor))
  }

  /// Quality on the pictures of some data that nothing was learned from or chosen by, as the calibration
  /// has it: by the names of the splits.
  ///
  /// - Throws: `InferenceError` when the engine fails.
  public func evaluations(
    of engine: some InferenceEngine, on data: TrainingData
  ) throws(InferenceError) -> [String: Evaluation] {
    var evaluations: [String: Evaluation] = [:]
    if let test = data.test { evaluations["test"] = try evaluation(of: engine, on: test) }
    if let heldOut = data.heldOut {
      evaluations[Manifest.heldOutSplit] = try evaluation(of: engine, on: heldOut)
    }
    return evaluations
  }

  /// Quality on other pictures, as the calibration has it.
  ///
  /// - Throws: `InferenceError` when the engine fails.
  public func evaluation(
    of engine: some InferenceEngine, on images: LabelledImages
  ) throws(InferenceError) -> Evaluation {
    Evaluation(
      logits: try engine.logits(for: images), labels: images.labels, calibration: calibration,
      classCount: engine.classCount)
  }
}

extension Manifest.Metrics {
  /// What a manifest says of an evaluation.
  public init(_ evaluation: Evaluation) {
    self.init(
      samples: evaluation.samples, accuracy: evaluation.accuracy, loss: evaluation.loss,
      ece: evaluation.ece, coverage: evaluation.coverage,
      selectiveAccuracy: evaluation.selectiveAccuracy, confusion: evaluation.confusion,
      reliability: evaluation.reliability)
  }
}
