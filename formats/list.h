/*
 * list.h - the formats there are, one line each; format.c reads it twice.
 */
FORMAT(csv)
FORMAT(json)
FORMAT(ndjson)
FORMAT(xml)
