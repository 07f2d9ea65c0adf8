// Nest is ESM; packages that still are CommonJS require it. Loaded whole before them, it is never met half-way through an import cycle.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
