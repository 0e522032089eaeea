"""What pages say, read part by part, and how several pages' words become one part of a contract."""
