import Classification
import Files
public import Records

/// The answer to a prediction, with its members in the order of the contract.
enum PredictionAnswer {
  /// The bytes of an answer of usual length, and some to spare.
  static let usualSize = 640

  /// Writes the members of the answer to the object that was begun.
  static func writeMembers(of record: PredictionRecord, to json: inout JSONWriter) {
    json.member("model", record.modelUsed)
    json.member("class", record.predictedClass)
    json.member("confidence", record.confidence, decimals: 4)
    json.member("inference_time_ms", record.inferenceTimeMilliseconds, decimals: 3)
    json.member("id", record.id)
    json.member("model_version", record.modelVersion)
    json.name("top_k")
    json.beginArray()
    for score in record.topK {
      json.beginObject()
      json.member("class", score.name)
      json.member("confidence", Double(score.confidence), decimals: 4)
      json.endObject()
    }
    json.endArray()
    json.member("uncertain", record.isUncertain)
    json.member("preprocess", record.preprocess)
    json.member("garment", record.isGarment)
  }

  /// The answer, and with it what the engine saw if that is given.
  static func json(_ record: PredictionRecord, tensor: ImageTensor? = nil) -> [UInt8] {
    var json = JSONWriter(capacity: usualSize)
    json.beginObject()
    writeMembers(of: record, to: &json)
    if let tensor {
      json.name("tensor")
      json.value(tensor.json)
    }
    json.endObject()
    return json.bytes
  }

  /// A stored prediction: the answer that was given, and what else is known of it.
  static func stored(_ record: PredictionRecord) -> OrderedJSON {
    var json = JSONWriter(capacity: 2 * usualSize)
    json.beginObject()
    writeMembers(of: record, to: &json)
    json.member("created_at", Timestamp.text(record.createdAt))
    json.member("filename", record.filename)
    json.member("request_id", record.requestID)
    json.member("client_key_id", record.clientKeyID)
    json.member("image_sha256", record.imageSHA256)
    json.name("true_label")
    if let label = record.trueLabel { json.value(label) } else { json.null() }
    json.endObject()
    return .encoded(json.text)
  }
}

extension PredictionRecord {
  /// The stored prediction as the API answers with it: JSON in one line.
  public var answer: String { PredictionAnswer.stored(self).text }
}
