import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// A request to train or to inspect: an archive with settings, or JSON that asks for the labelled
/// predictions.
struct TrainingUpload: Sendable {
  let parameters: TrainingParameters
  /// The archive; `nil` for the labelled predictions.
  let upload: BatchUpload?

  private static let bodyLimit = 4_096
  /// The settings that JSON has as numbers.
  private static let numbers: Set = ["epochs", "learning_rate", "seed"]

  /// Reads a request's body.
  ///
  /// - Parameter spool: Makes the file that keeps the archive.
  /// - Throws: ``APIError`` when the body is too large or neither, or a setting is unusable.
  init(
    _ request: Request, limit: Int, spool: () throws -> TemporaryFile, context: ServiceContext,
    logger: Logger
  ) async throws {
    let mediaType = FieldValue(request.headers[.contentType] ?? "").value.lowercased()
    guard mediaType != "application/json" else {
      let body = try await request.collectBody(upTo: Self.bodyLimit)
      parameters = try Self.decode(Data(body.readableBytesView))
      upload = nil
      return
    }
    let upload = try await BatchUpload(
      request, limit: limit, wanted: .dataset, spool: spool(), context: context, logger: logger)
    guard upload.files.count == 1, let file = upload.files.first else {
      throw APIError.invalidParameter(
        "the form has \(upload.files.count) fields \"\(UploadedPicture.fieldName)\"; put the data set "
          + "into one archive")
    }
    var fields = upload.fields
    for (name, value) in request.uri.queryParameters where fields[String(name)] == nil {
      fields[String(name)] = String(value)
    }
    let name = UploadedFileName.sanitized(file.name)
    parameters = try TrainingParameters(
      fields, source: .archive, name: name.isEmpty ? "archive" : name)
    self.upload = upload
  }

  private static func decode(_ data: Data) throws(APIError) -> TrainingParameters {
    guard let value = try? JSONSerialization.jsonObject(with: data) else {
      throw .invalidRequest("the body is not JSON")
    }
    guard let object = value as? [String: Any],
      object["source"] as? String == TrainingParameters.Source.labels.rawValue
    else {
      throw .invalidParameter(#"the body must be an object with "source": "labels""#)
    }
    try TrainingParameters.check(object.keys.sorted())
    var fields: [String: String] = [:]
    for (name, value) in object {
      switch value {
      case let text as String
      where !text.isEmpty && !Self.numbers.contains(name) && name != "strict":
        fields[name] = text
      case let number as NSNumber where Self.numbers.contains(name) && !number.isBoolean:
        fields[name] = number.stringValue
      case let number as NSNumber where name == "strict" && number.isBoolean:
        fields[name] = number.boolValue ? "true" : "false"
      default: throw .invalidParameter("\(name) must be \(Self.kind(of: name))")
      }
    }
    return try TrainingParameters(fields, source: .labels, name: "labelled predictions")
  }

  /// What the value of a setting has to be in JSON.
  private static func kind(of setting: String) -> String {
    if numbers.contains(setting) { return "a number" }
    return setting == "strict" ? "true or false" : "a text that is not empty"
  }
}

extension NSNumber {
  /// Whether the number is what Foundation makes of `true` or `false`.
  fileprivate var isBoolean: Bool { String(cString: objCType) == "c" }
}

extension BatchUpload.Wanted {
  static let dataset = BatchUpload.Wanted(
    types: BatchUpload.archiveTypes,
    advice: "send an archive of the data set as multipart/form-data, in the field "
      + "\"\(UploadedPicture.fieldName)\", or as application/zip or the like; or "
      + #"{"source": "labels"} as application/json"#,
    content: "an archive of the data set")
}
