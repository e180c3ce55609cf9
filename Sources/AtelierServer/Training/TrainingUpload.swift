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
    var fields: [String: String] = [:]
    for (name, value) in object where !(value is NSNull) {
      switch value {
      case "" as String: throw .invalidParameter("\(name.prefix(64)) must not be empty")
      case let text as String: fields[name] = text
      // Foundation makes numbers of true and false.
      case let number as NSNumber where ["strict"].contains(name):
        fields[name] = number.boolValue ? "true" : "false"
      case let number as NSNumber: fields[name] = number.stringValue
      default: throw .invalidParameter("\(name.prefix(64)) must be a string or a number")
      }
    }
    return try TrainingParameters(fields, source: .labels, name: "labelled predictions")
  }
}

extension BatchUpload.Wanted {
  static let dataset = BatchUpload.Wanted(
    types: BatchUpload.archiveTypes,
    advice: "send an archive of the data set as multipart/form-data, in the field "
      + "\"\(UploadedPicture.fieldName)\", or as application/zip or the like; or "
      + #"{"source": "labels"} as application/json"#,
    content: "an archive of the data set")
}
