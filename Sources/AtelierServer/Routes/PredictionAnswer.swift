import Classification
import Records

/// The answer to a prediction, with its members in the order of the contract.
enum PredictionAnswer {
  static func json(_ record: PredictionRecord) -> OrderedJSON {
    [
      "model": .string(record.modelUsed),
      "class": .string(record.predictedClass),
      "confidence": .fixed(record.confidence, decimals: 4),
      "inference_time_ms": .fixed(record.inferenceTimeMilliseconds, decimals: 3),
      "id": .string(record.id),
      "model_version": .string(record.modelVersion),
      "top_k": .array(
        record.topK.map {
          [
            "class": .string($0.name), "confidence": .fixed(Double($0.confidence), decimals: 4),
          ]
        }),
      "uncertain": .boolean(record.isUncertain),
      "preprocess": .string(record.preprocess),
      "garment": .boolean(record.isGarment),
    ]
  }

  /// A stored prediction: the answer that was given, and what else is known of it.
  static func stored(_ record: PredictionRecord) -> OrderedJSON {
    json(record).appending([
      "created_at": .string(Timestamp.text(record.createdAt)),
      "filename": .string(record.filename),
      "request_id": .string(record.requestID),
      "client_key_id": .string(record.clientKeyID),
      "image_sha256": .string(record.imageSHA256),
      "true_label": record.trueLabel.map { .string($0) } ?? .null,
    ])
  }
}
