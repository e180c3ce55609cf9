/// What the descriptions of operations have in common.
enum OpenAPIOperation {
  /// Describes an operation.
  ///
  /// - Parameters:
  ///   - name: Its `operationId`.
  ///   - tag: The group it is shown in.
  ///   - parameters: All but the request's identity.
  ///   - answer: The status of success, and what is answered then.
  ///   - others: Further statuses of success.
  ///   - errors: The other statuses.
  static func make(
    _ name: String, tag: String, _ summary: String, _ description: String,
    parameters: [OrderedJSON], body: OrderedJSON? = nil,
    answer: (status: Int, value: OrderedJSON), others: [(status: Int, value: OrderedJSON)] = [],
    errors: [Int]
  ) -> OrderedJSON {
    let head: OrderedJSON = [
      "operationId": .string(name),
      "tags": [.string(tag)],
      "summary": .string(summary),
      "description": .string(description),
      "parameters": .array(parameters + [OpenAPIParameters.reference("requestID")]),
    ]
    return head.appending(body.map { ["requestBody": $0] } ?? [:]).appending([
      "responses": .object(
        ([answer] + others).map { .init(name: String($0.status), value: $0.value) }
          + OpenAPIErrors.references(errors))
    ])
  }

  /// The media type of a form with files.
  ///
  /// - Parameters:
  ///   - file: What its file is.
  ///   - others: Its other fields.
  static func form(file: String, others: [OrderedJSON.Member] = []) -> OrderedJSON {
    let field: OrderedJSON = [
      "type": "string", "format": "binary", "contentMediaType": "application/octet-stream",
      "description": .string(file),
    ]
    return [
      "schema": [
        "type": "object",
        "required": ["file"],
        "properties": .object([.init(name: "file", value: field)] + others),
      ]
    ]
  }

  /// Describes an answer of JSON.
  static func json(
    _ description: String, schema: OrderedJSON, example: OrderedJSON
  ) -> OrderedJSON {
    [
      "description": .string(description),
      "headers": OpenAPIHeaders.all,
      "content": ["application/json": ["schema": schema, "example": example]],
    ]
  }
}
