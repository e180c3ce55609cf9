import Logging
import OpenTelemetry

extension RequestNotes.Content {
  /// The fields of the request's log line.
  var logMetadata: Logger.Metadata {
    var metadata: Logger.Metadata = [:]
    metadata["key_id"] = keyID.map { .string($0) }
    metadata["model_version"] = modelVersion.map { .string($0) }
    metadata["engine"] = engine.map { .string($0) }
    metadata["class"] = predictedClass.map { .string($0) }
    metadata["confidence"] = confidence.map { .number($0, decimals: 4) }
    metadata["bytes"] = bodySize.map { .number($0) }
    metadata["code"] = errorCode.map { .string($0.rawValue) }
    metadata["store_ms"] = storeTime.map { .milliseconds($0) }
    if let outcome {
      metadata["queue_ms"] = .milliseconds(outcome.queueTime)
      metadata["decode_ms"] = .milliseconds(outcome.decodingTime)
      metadata["preprocess_ms"] = .milliseconds(outcome.preprocessingTime)
      metadata["inference_ms"] = .milliseconds(outcome.inferenceTime)
      metadata["batch"] = .number(outcome.batchSize)
    }
    return metadata
  }
}

extension TraceContext {
  /// The fields of a request's log line.
  var logMetadata: Logger.Metadata {
    var metadata: Logger.Metadata = ["trace_id": .string(traceID), "span_id": .string(spanID)]
    metadata["parent_span_id"] = parentSpanID.map { .string($0) }
    return metadata
  }
}
