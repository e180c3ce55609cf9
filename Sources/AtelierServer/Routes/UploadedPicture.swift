import Classification
import HTTPTypes
import Hummingbird
import NIOCore

/// The picture of a form's `file` field.
struct UploadedPicture: Sendable {
  let bytes: [UInt8]
  /// What the engine shall see, when the picture came as that, and ``bytes`` are its grey levels, or when
  /// it was prepared already.
  var tensor: ImageTensor?
  /// The file's name, without a path.
  let filename: String

  static let fieldName = "file"

  init(bytes: [UInt8], filename: String) {
    self.bytes = bytes
    self.filename = filename
  }

  init(_ tensor: ImageTensor, filename: String) {
    bytes = tensor.bytes
    self.tensor = tensor
    self.filename = filename
  }

  /// Reads the form of a request.
  ///
  /// - Parameters:
  ///   - request: A request whose body is a form with one `file` field.
  ///   - limit: The most bytes the body may have.
  /// - Throws: ``APIError`` when the body is too large, or not such a form.
  init(_ request: Request, limit: Int, notes: RequestNotes) async throws(APIError) {
    guard let contentType = request.headers.value(of: .contentType),
      contentType.lowercased().hasPrefix("multipart/form-data")
    else {
      throw APIError(
        status: .unsupportedMediaType, code: .unsupportedType,
        message: "send the picture as multipart/form-data, in the field \"\(Self.fieldName)\"")
    }
    guard let boundary = MultipartForm.boundary(ofContentType: contentType) else {
      throw .invalidRequest("the content type multipart/form-data has no usable boundary")
    }
    let body = try await request.collectBody(upTo: limit)
    notes.note { $0.bodySize = body.readableBytes }
    let part = try Self.file(in: body, boundary: boundary)
    bytes = Array(buffer: part.content)
    filename = UploadedFileName.sanitized(part.filename ?? "")
  }

  private static func file(
    in body: ByteBuffer, boundary: String
  ) throws(APIError) -> MultipartForm.Part {
    let form: MultipartForm
    do throws(MultipartForm.Failure) {
      form = try MultipartForm(body, boundary: boundary)
    } catch {
      throw .invalidRequest("the form cannot be read: \(error.reason)")
    }
    let files = form.parts.filter { $0.name == fieldName }
    guard let file = files.first else {
      throw .invalidParameter("the form has no field \"\(fieldName)\" with a picture")
    }
    guard files.count == 1 else {
      throw .invalidParameter(
        "the form has \(files.count) fields \"\(fieldName)\"; send one picture a request")
    }
    return file
  }
}

extension MultipartForm.Failure {
  /// What is wrong with the form.
  var reason: String {
    switch self {
    case .boundaryMissing: "the boundary its content type names does not occur in it"
    case .truncated: "it ends before its closing boundary"
    case .malformedHeader: "a part has no usable Content-Disposition"
    case .tooManyParts(let limit): "it has more than \(limit) parts"
    }
  }
}
