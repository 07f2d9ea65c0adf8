/** What the typed client takes from the DOM and the types of Node do not declare. */
type BodyInit = NonNullable<RequestInit['body']>;
