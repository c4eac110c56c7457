CREATE SEQUENCE native_sequence;
